/** A routes file as plain values, as far as props are written into it. `parseRoutesValue` of core checks its content. */
export interface RoutesFile {
  name?: string;
  source: { account: string; region: string; organizationId?: string; permissionsBoundary?: string };
  forwarders?: { [name: string]: Options };
  encryption?: { kmsKey?: string };
  alarmActions?: string[];
  okActions?: string[];
  rolePath?: string;
  routes: RouteEntry[];
}

/** Options of a part of the file, by the names that they have there. */
export interface Options {
  readonly [option: string]: unknown;
}

/** An entry of `routes`. */
export interface RouteEntry extends Options {
  readonly name?: string;
  readonly stream: string;
}
