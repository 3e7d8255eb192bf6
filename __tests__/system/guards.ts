import type { SandboxHost } from '../../sandbox/host.ts';
import { program } from './deployer.ts';

/** What refuses an attack, taken out; the attack then gains what is told. */
export interface Guard {
  readonly name: string;
  readonly takeOut: (host: SandboxHost) => Promise<void>;
  readonly script: string;
  readonly gains: RegExp;
}

/** Puts another text in the place of the host program. */
const rewrite =
  (find: string, put: string) =>
  async (host: SandboxHost): Promise<void> => {
    if (program.text.split(find).length !== 2) throw new Error(`the program has this text not once: ${find}`);
    await putProgram(
      host,
      program.text.replace(find, () => put),
    );
  };

export async function putProgram(host: SandboxHost, text: string): Promise<void> {
  const encoded = Buffer.from(text).toString('base64');
  await host.sh(`base64 -d >${program.path} <<'PROGRAM'\n${encoded}\nPROGRAM\n`);
}

export const guards: readonly Guard[] = [
  {
    name: 'the names of words, one by one',
    takeOut: rewrite(
      'app-user | blue-port | green-port | blue-management-port | green-management-port | health-port | ',
      'app-user | *-port | ',
    ),
    script: "$call status 'x//;w /etc/cron.d/gained\n;s/-port=1' </dev/null",
    gains: /written by root: \/etc\/cron\.d\/gained/,
  },
  {
    name: "the app's user for whatever is given as java",
    takeOut: rewrite(
      'setpriv --reuid="$java_user" --regid="$java_group" --clear-groups --no-new-privs',
      'nice -n 0',
    ),
    script: '$call plan java=$attack health-path=/ </dev/null >/dev/null',
    gains: /uid=0\(root\)[\s\S]*k3pt/,
  },
  {
    name: 'the boundary in the line of sudoers',
    takeOut: async host => {
      await host.sh(
        "sed -i 's/ restricted shop \\*$/ */' /etc/sudoers.d/nginx-bluegreen-shop && touch /root/stamp",
      );
    },
    script:
      'sudo -n $program plan app=other app-user=root java=$attack health-path=/ blue-port=1 green-port=2 </dev/null >/dev/null',
    gains: /uid=0\(root\)[\s\S]*k3pt/,
  },
];
