import type { SandboxHost } from '../host.ts';
import type { Fault } from './fault.ts';

/** Fills the host's disk to the last block: not one byte more can be written into a new file. Healed: free again. */
export async function fillDisk(host: SandboxHost): Promise<Fault> {
  await host.sh(`
    is_full() {
      ! dd if=/dev/zero of=/fill.probe bs=1 count=1 conv=fsync 2>/dev/null
    }
    for try in 1 2 3 4 5; do
      dd if=/dev/zero bs=1M >>/fill 2>/dev/null || :
      sync -f /
      for size in 4096 1024; do
        while dd if=/dev/zero bs=$size count=1 >>/fill 2>/dev/null && sync /fill; do :; done
      done
      if is_full; then full=yes; else full=no; fi
      rm -f /fill.probe
      [ $full = no ] || exit 0
    done
    echo "the disk is not full: $(df -k / | tail -n 1)" >&2
    exit 1`);
  return {
    heal: async () => {
      await host.sh('rm -f /fill; sync -f /');
    },
  };
}
