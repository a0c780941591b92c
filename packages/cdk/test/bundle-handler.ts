import { writeHandler } from '../scripts/write-handler.ts';

/** The constructs need the bundle that the build writes. */
export default writeHandler;
