import { buildJar } from '../sandbox/app/build.ts';
import { deploy } from './action.ts';
import { withHost } from './host.ts';
import type { Section } from './report.ts';

const MEGABYTES = 1000;
const BOUND_MB = 200;

/** Memory of the action's process while it sends a large jar. */
export async function measureMemory(): Promise<Section> {
  const jar = await buildJar({ version: '1', megabytes: MEGABYTES });
  const { run } = await withHost({ disk: '4g' }, host => deploy(host, jar));
  const peakMb = (run.peakMemoryKiB * 1024) / 1e6;
  const sentMb = Number(run.outputs['uploaded-bytes']) / 1e6;
  return {
    title: 'Memory',
    method: `One deploy of a jar of ${MEGABYTES} MB; the largest resident set of the action's process, told by the kernel (VmHWM).`,
    columns: ['Jar sent', 'Peak memory'],
    rows: [[`${sentMb.toFixed(0)} MB`, `${peakMb.toFixed(0)} MB`]],
    meaning: `The process never holds the whole jar: the bound for its memory is ${BOUND_MB} MB.`,
    missed: [
      ...(peakMb < BOUND_MB ? [] : [`peak memory is ${peakMb.toFixed(0)} MB, not under ${BOUND_MB} MB`]),
      ...(sentMb > MEGABYTES * 0.95 ? [] : [`only ${sentMb.toFixed(0)} MB were sent`]),
    ],
  };
}
