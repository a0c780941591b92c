/** What the local AWS calls itself in the header `server` of its answers. No service of AWS has this name. */
export const LOCAL_SERVER = 'xacct-local';
