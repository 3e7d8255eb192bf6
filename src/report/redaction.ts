import { plain } from './log.ts';

/** Under this many characters a masked word would hide half the log. */
const shortest = 4;

/** Hides secrets in text, in every spelling that programs print them in; the runner itself does so in its log alone. */
export class Redaction {
  readonly #spellings: readonly string[];

  constructor(secrets: readonly string[]) {
    const all = new Set(secrets.flatMap(spellingsOf).filter(one => one.length >= shortest));
    this.#spellings = [...all].sort((a, b) => b.length - a.length);
  }

  /** The text with *** in place of every secret. */
  hide(text: string): string {
    return this.#spellings.reduce((left, secret) => left.replaceAll(secret, '***'), text);
  }

  /** The same for a line that may have been cut: a secret that only begins at its end is hidden too. */
  hideInCut(line: string): string {
    const hidden = this.hide(line);
    for (const secret of this.#spellings) {
      for (let length = Math.min(secret.length - 1, hidden.length); length >= shortest; length -= 1) {
        if (hidden.endsWith(secret.slice(0, length))) return `${hidden.slice(0, -length)}***`;
      }
    }
    return hidden;
  }
}

/** A secret as it is, and as JSON, a shell's quotes, a URL, XML and base64 spell it. */
function spellingsOf(secret: string): readonly string[] {
  const inUrl = secret.isWellFormed() ? encodeURIComponent(secret) : secret;
  return [
    secret,
    plain(secret),
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll("'", "'\\''"),
    inUrl,
    inUrl.replaceAll('%20', '+'),
    inXml(secret),
    ...[0, 1, 2].map(before => inBase64(secret, before)),
  ];
}

const inXml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

/** The letters of base64 that the secret alone decides when so many bytes, such as those of `user:`, stand before it. */
function inBase64(secret: string, before: number): string {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
  return bytes.toString('base64').slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6));
}
