import { asText, code, link } from './markdown.ts';

/** How a sentence is spelled where it is shown. What it is given is text of others. */
export interface Voice {
  readonly text: (text: string) => string;
  /** A name such as a release, an address, a commit. */
  readonly name: (text: string) => string;
  /** The name of a page; the page itself where it can be shown. */
  readonly link: (name: string, url: string) => string;
}

export const inMarkdown: Voice = { text: asText, name: code, link };

export const inPlainText: Voice = { text: text => text, name: text => text, link: name => name };
