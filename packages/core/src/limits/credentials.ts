/** Credentials of a role are renewed this long before they expire. Each environment so assumes a role about once an hour. */
export const CREDENTIALS_RENEWED_BEFORE_SECONDS = 300;
