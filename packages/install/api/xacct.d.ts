export interface StartRoutesOptions {
    config?: string;
    functions?: string;
    deliveries?: string;
    onLog?(functionName: string, line: string): void;
    onProblem?(message: string): void;
}
export interface ClientSettings {
    endpoint: string;
    region: string;
    credentials: {
        accessKeyId: string;
        secretAccessKey: string;
        sessionToken?: string;
    };
}
export interface RunningRoutes {
    endpoint: string;
    deliveries: string;
    clientOf(account: string): ClientSettings;
    stop(): Promise<void>;
}
export declare function startRoutes(options?: StartRoutesOptions): Promise<RunningRoutes>;
