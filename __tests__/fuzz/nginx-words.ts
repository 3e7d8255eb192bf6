/** One directive of an nginx configuration, with what it stands in, such as `server`. */
export interface Directive {
  readonly block: string;
  readonly words: readonly string[];
}

/** Reads a configuration as nginx does (ngx_conf_read_token): words, quotes, backslashes, comments, blocks. */
export function readDirectives(text: string): readonly Directive[] {
  const found: Directive[] = [];
  const blocks: string[] = [];
  let words: string[] = [];
  const end = (): void => {
    if (words.length > 0) found.push({ block: blocks.at(-1) ?? '', words });
    words = [];
  };
  const token =
    /\s+|#[^\n]*|[;{}]|"((?:[^"\\]|\\[\s\S])*)"|'((?:[^'\\]|\\[\s\S])*)'|((?:\$\{|\\[\s\S]|[^\s;{}"'\\$]|\$)(?:\$\{|\\[\s\S]|[^\s;{\\$]|\$(?!\{))*)/gy;
  for (const [whole, double, single, plain] of text.matchAll(token)) {
    const word = double ?? single ?? plain;
    if (word !== undefined) words.push(word);
    else if (whole === ';') end();
    else if (whole === '{') {
      const name = words[0] ?? '';
      end();
      blocks.push(name);
    } else if (whole === '}') {
      end();
      blocks.pop();
    }
  }
  return found;
}
