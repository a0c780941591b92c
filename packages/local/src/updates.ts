import type { Deployment } from './assembly/read-deployment.ts';
import type { Deployer } from './deployer.ts';

/** Applies updates one after another; one that fails leaves the deployment before it, and does not stop the next. */
export function createUpdates(
  first: Deployment,
  deployer: Deployer,
  read: (assembly: string) => Promise<Deployment>,
) {
  let current = first;
  let updated: Promise<unknown> = Promise.resolve();
  const update = async (assembly: string) => {
    const before = current;
    const next = await read(assembly);
    try {
      await deployer.deploy(next);
    } catch (error) {
      await deployer.deploy(before);
      await deployer.deleteOthers(before);
      throw error;
    }
    current = next;
    await deployer.deleteOthers(next);
    return { before: before.deployed, after: next.deployed };
  };
  return {
    /** The deployment that runs. */
    get current() {
      return current;
    },
    apply(assembly: string) {
      const result = updated.then(() => update(assembly));
      updated = result.catch(() => {});
      return result;
    },
  };
}
