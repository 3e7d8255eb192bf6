import type { Element, Nodes, Root } from 'hast';
import type { Nodes as MarkdownNodes } from 'mdast';
import rehypeRaw from 'rehype-raw';
import rehypeSanitize from 'rehype-sanitize';
import rehypeStringify from 'rehype-stringify';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import remarkRehype from 'remark-rehype';
import { unified } from 'unified';

const toHtml = unified()
  .use(remarkParse)
  .use(remarkGfm)
  .use(remarkRehype, { allowDangerousHtml: true })
  .use(rehypeRaw)
  .use(rehypeSanitize)
  .use(rehypeStringify);

/** What GitHub makes of Markdown: GFM, its HTML read, then cleaned by GitHub's rules. */
export const renderTree = (markdown: string): Root => toHtml.runSync(toHtml.parse(markdown));

export const renderHtml = (markdown: string): string => toHtml.stringify(renderTree(markdown));

/** The pieces of a text that are HTML to a Markdown reader: not what looks like it in code. */
export function htmlIn(markdown: string): readonly string[] {
  const found = (node: MarkdownNodes): readonly string[] => {
    if (node.type === 'html') return [node.value];
    return 'children' in node ? node.children.flatMap(found) : [];
  };
  return found(toHtml.parse(markdown));
}

/** All elements of these names, in order. */
export function elementsOf(node: Nodes, ...names: readonly string[]): readonly Element[] {
  const own = node.type === 'element' && names.includes(node.tagName) ? [node] : [];
  return 'children' in node ? [...own, ...node.children.flatMap(one => elementsOf(one, ...names))] : own;
}

/** The text that a reader sees. */
export function textOf(node: Nodes): string {
  if (node.type === 'text') return node.value;
  if (node.type === 'element' && node.tagName === 'br') return '\n';
  return 'children' in node ? node.children.map(textOf).join('') : '';
}

/**
 * What GitHub would make into a mention of a person or a reference to an issue: it looks at text that is neither code
 * nor a link.
 */
export function referencesIn(node: Nodes): readonly string[] {
  if (node.type === 'text')
    return [...node.value.matchAll(/(?<![\w`])@[a-z\d][\w-]*|#\d+|\bGH-\d+/gi)].map(([found]) => found);
  if (node.type === 'element' && ['code', 'pre', 'a'].includes(node.tagName)) return [];
  return 'children' in node ? node.children.flatMap(referencesIn) : [];
}
