/** How the keys of objects begin that hold records which wait to be sent again. The forwarder may read and delete them. */
export const WAITING_PREFIX = 'waiting/';

/** How the keys of objects begin that hold parked records to which no message refers. */
export const PARKED_PREFIX = 'parked/';
