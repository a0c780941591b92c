export { limits } from './limits.ts';
export * from './names.ts';
export { type ParsedRoutes, parseRoutes } from './parse-routes.ts';
export { formatProblem, type Problem, type ProblemCode } from './problem.ts';
export type { Forwarder, Invocation, Route, Routes, Source, Stream, Target } from './routes.ts';
export { type RoutesFile, routesSchema } from './schema.ts';
export { countParts, decodeRoute, encodeRoute, type StoredRoute, StoredRouteError } from './stored-route.ts';
