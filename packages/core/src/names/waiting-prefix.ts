/** How the keys of objects begin that hold records which wait to be sent again. The forwarder may read and delete them. */
export const WAITING_PREFIX = 'waiting/';
