/** The stages of a deploy, in order; one word each, the same in file names, log groups and outputs. */
export const stages = [
  'resolve',
  'connect',
  'acquire',
  'inspect',
  'upload',
  'start',
  'smoke',
  'switch',
  'bake',
  'retire',
  'report',
] as const;
/** `setup` is a stage of the command of its name alone. */
export type Stage = (typeof stages)[number] | 'setup';

interface ReasonFacts {
  /** When it is raised: the row in docs/failures.md. */
  readonly when: string;
  /** What the reader does about it. */
  readonly cure: string;
  /** What the host program ends with when it raises it: `exit_code` in src/host/protocol.sh. */
  readonly exitCode?: number;
}

const row = (when: string, cure: string, exitCode?: number): ReasonFacts =>
  exitCode === undefined ? { when, cure } : { when, cure, exitCode };

/** The closed list of reasons. */
export const reasons = {
  'input-invalid': row(
    'An input is missing, malformed or contradicts another or the host.',
    'Correct the inputs that the message lists.',
    23,
  ),
  'build-failed': row(
    '`build-command` ended with another status than 0.',
    'Read its output in the log; nothing was contacted.',
  ),
  'jar-missing': row(
    '`jar` matches no file, or several.',
    'Give a path or glob that matches exactly one file.',
  ),
  'jar-invalid': row(
    'The file is not a zip, is damaged (also a library in it), or its manifest has no Main-Class.',
    'Give the executable jar (Spring Boot: `bootJar`, not the `-plain` one).',
  ),
  'aws-refused': row(
    'AWS refused the call or could not be reached.',
    'Do what the message says of credentials, rights, region or proxy; docs/aws.md has the policies.',
  ),
  'host-not-found': row(
    'No instance matches, or it has no address of the kind asked for.',
    'Check `instance-id`, `instance-filters`, `aws-region` and `address`.',
  ),
  'host-ambiguous': row(
    'Several running instances match; one host is deployed to at a time.',
    'Narrow the filters, or give one `instance-id`.',
  ),
  'host-not-running': row('The instance is there and not running.', 'Start it and run again.'),
  'endpoint-missing': row(
    'The VPC of the instance has no EC2 Instance Connect Endpoint that can be used.',
    'Make one, or wait until it is `create-complete`; see docs/keyless.md.',
  ),
  'host-key-unknown': row(
    'No line of `ssh-host-key` speaks of this host, or its console and its tag say nothing.',
    'Add the line or fingerprint of the host; see docs/host-keys.md.',
  ),
  'host-key-mismatch': row(
    'The host shows another key than the one given.',
    'If the host was rebuilt, give its new key; if not, somebody is in between.',
  ),
  'auth-refused': row(
    'sshd refused the key, or the SSH agent has none.',
    "Check `ssh-user`, `ssh-private-key` and the host's authorized_keys; see docs/ssh.md.",
  ),
  unreachable: row(
    'No SSH connection came about within a minute, or the jump host forbids it.',
    'Check address, port and security group; see docs/ssh.md.',
  ),
  'link-lost': row(
    'The SSH connection broke, or the run lost its lock.',
    'Run again: the next run finishes or takes back what was left.',
    24,
  ),
  'sudo-refused': row(
    'sudo asked for a password or a terminal, refused the host program, or is not there.',
    'Give the user passwordless sudo.',
  ),
  'program-outdated': row(
    'With `restricted`: the host was set up with another version of the action, whose host program alone the user may call.',
    "Run `setup` of this version once, with an administrator's login.",
  ),
  locked: row(
    'Another run holds the lock of this app for longer than `lock-wait`.',
    'Wait for it, or raise `lock-wait`.',
    10,
  ),
  'older-commit': row(
    'A newer commit of the same branch is live: this run came too late, and would have taken the app back.',
    'Nothing, if the newer one is meant to stay; to go back on purpose, run the older run again by hand.',
  ),
  'not-ours': row(
    'A unit, user, file or folder of the same name was not made by this action.',
    'Choose another `app`, or move it away.',
    11,
  ),
  'disk-full': row(
    'A disk has no room for the jar, one release more, or a file of ours; or no inodes.',
    'Free some space on the host.',
    12,
  ),
  'memory-short': row(
    'The memory cannot hold the new release beside the live one.',
    'Lower `-Xmx` in `java-opts`, add swap, or use a larger host.',
    27,
  ),
  'port-taken': row(
    'A port that the new release takes is held by a process that is not ours.',
    'Stop it, or give another port.',
    13,
  ),
  'java-missing': row(
    "`java` is not on the host, or the app's user cannot run it.",
    'Install a Java runtime that every user may run, or run `command: setup`.',
    14,
  ),
  'java-too-old': row(
    "The jar's classes need a newer Java than the host has.",
    'Install a newer Java (`command: setup` with `jar` does), or build for the older one.',
    15,
  ),
  'start-failed': row(
    'The app ended by itself during its start.',
    'Read what its log says in the error, and the rest in the log and the summary.',
    16,
  ),
  unhealthy: row(
    'The app was not healthy within `health-timeout`.',
    'Read the last probe and its last log lines in the log and the summary.',
    17,
  ),
  'nginx-missing': row('nginx is not installed on the host.', 'Install it, or run `command: setup`.', 18),
  'nginx-config-invalid': row(
    'nginx refuses its configuration, with or without our files.',
    'Mend what `nginx -t` names.',
    19,
  ),
  'front-door-mismatch': row(
    'A request through nginx is not answered by the release that should answer.',
    'Look for a fixed `proxy_pass`, another server block, a replaced app.jar.',
    20,
  ),
  'upload-corrupt': row('The jar arrived with another sha256 than it was sent with.', 'Run again.', 21),
  'host-unfit': row(
    'The host lacks systemd or a tool that every stage needs, its clock is over a minute off, or its sshd or login does not run commands.',
    'Install what the message names, or run `command: setup`; set the clock; see docs/ssh.md.',
    22,
  ),
  'not-deployed': row(
    '`status` found no live release of this app on the host.',
    'Deploy one, or check `app` and the host.',
  ),
  'smoke-failed': row(
    '`smoke-command` ended with another status than 0; the traffic did not move.',
    'Read its output in the log; the new release was stopped.',
  ),
  'verify-failed': row(
    '`verify-url` did not answer well after the switch, which was taken back.',
    'Ask the URL by hand: DNS, load balancer, certificate, the app itself.',
  ),
  'bake-failed': row(
    'The new release did worse than it may while it was watched after the switch, which was taken back.',
    "Read the numbers and the app's last log lines in the summary.",
    26,
  ),
  'no-previous-release': row(
    'There is no release to go back to: none before the live one was good, or the one asked for is not on the host.',
    'Deploy a good commit again, or name one of the releases that the message lists.',
    28,
  ),
  'package-failed': row(
    "`setup` could not install a package: the host's package manager failed, or has no such package.",
    'Read its last lines in the log, and run the command that the message names on the host.',
    29,
  ),
  'host-error': row(
    'The host program failed in a way that has no name of its own.',
    'Read the log; report it if it happens again.',
    25,
  ),
  timeout: row('The command took longer than `timeout`.', 'Raise `timeout`, or look which stage took long.'),
  cancelled: row('The run was cancelled.', 'Run again when you want to.'),
  'action-error': row('The action itself failed: a defect in it.', 'Report it with the log.'),
} as const satisfies Record<string, ReasonFacts>;

export type Reason = keyof typeof reasons;

export const isReason = (text: string): text is Reason => Object.hasOwn(reasons, text);

/** What every failure says: what is, where the traffic is, what to do. */
export interface FailureText {
  readonly reason: Reason;
  readonly message: string;
  /** Empty where only the command that runs the stage can say it. */
  readonly traffic: string;
  readonly remedy: string;
  /** Whether the host moved the traffic back to where it was. */
  readonly isTakenBack?: boolean;
  /** Evidence in lines: the app's log, the last probe. Data of others, never to be read as commands. */
  readonly evidence?: readonly Evidence[];
  /** The lines of the app's log that say most of why it failed; data of others too. */
  readonly cause?: readonly string[];
}

export interface Evidence {
  readonly title: string;
  readonly lines: readonly string[];
}

/** A failure with a reason of the closed list; the stage is known where it is caught. */
export class Failure extends Error {
  readonly text: FailureText;

  constructor(text: FailureText) {
    super(text.message);
    this.name = 'Failure';
    this.text = text;
  }
}

/** What is true of the traffic as long as no host was contacted. */
export const nothingContacted = 'No host was contacted; the traffic is as it was.';

/** What is true as long as no stage ran that changes the host. */
export const nothingChanged = 'Nothing was changed on the host; the traffic is as it was.';
