/** How long parked records are sent again where routes.yaml does not say: a day. Parameters leave it out. */
export const DEFAULT_RETRY_FOR_SECONDS = 86_400;
