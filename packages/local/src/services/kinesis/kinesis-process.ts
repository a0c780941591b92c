import kinesalite from 'kinesalite';

/** A process of its own: `kinesalite` takes its account and region from the environment, once. */
const [, , socketPath] = process.argv;
kinesalite({ createStreamMs: 0, deleteStreamMs: 0, updateStreamMs: 0, shardLimit: 1000 }).listen(
  socketPath,
  () => {
    process.send?.('ready');
  },
);
// The parent is gone: so is the reason to be here.
process.once('disconnect', () => process.exit());
// A Ctrl-C in the terminal reaches all processes of the group; the parent decides when to end.
process.on('SIGINT', () => {});
