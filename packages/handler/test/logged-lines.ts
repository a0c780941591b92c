/** Every line that a test had logged. */
export const loggedLines: string[] = [];
