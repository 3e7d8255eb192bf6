/** The main section of a manifest (JAR File Specification): `Key: value` lines, continued by a leading blank. */
export function parseManifest(text: string): ReadonlyMap<string, string> {
  const [main = ''] = text.replace(/\r\n?/g, '\n').split('\n\n');
  const attributes = new Map<string, string>();
  for (const line of main.replaceAll('\n ', '').split('\n')) {
    const [, key, value] = /^([A-Za-z0-9][A-Za-z0-9_-]*): ?(.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) attributes.set(key, value.trim());
  }
  return attributes;
}
