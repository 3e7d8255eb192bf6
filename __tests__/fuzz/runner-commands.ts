/** A line of output that the runner takes for a command to itself. */
export interface RunnerCommand {
  readonly name: string;
  readonly properties: string;
  readonly data: string;
}

/**
 * What the runner makes of output: lines as .NET's ReadLine splits them, and of each the command in it, if there is one
 * (actions/runner, src/Runner.Common/ActionCommand.cs). Stricter than the runner, every name is one that it knows
 * (`::stop-commands::` makes a name of any word), and what its comparison of strings passes over may stand anywhere.
 */
export const commandsIn = (output: string): readonly RunnerCommand[] =>
  output.split(/\r\n|\r|\n/).flatMap(line => {
    const found = [line, line.replace(/\p{Default_Ignorable_Code_Point}|\0/gu, '')].map(commandIn);
    return found.find(one => one !== undefined) ?? [];
  });

function commandIn(line: string): RunnerCommand | undefined {
  const [, name, properties = '', data = ''] =
    /^[\s\x85]*::([^ ]*?)(?: (.*?))?::(.*)$/su.exec(line) ??
    /##\[([^ \]]*)(?: ([^\]]*))?\](.*)$/su.exec(line) ??
    [];
  return name === undefined ? undefined : { name, properties, data };
}
