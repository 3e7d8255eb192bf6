import { readEntries, type ZipEntry } from './entries.ts';

/** Whether the jar is started by Spring Boot's loader, which reads libraries where they lie, by its manifest. */
export const hasNestedLibraries = (manifest: ReadonlyMap<string, string>): boolean =>
  manifest.has('Spring-Boot-Version') ||
  (manifest.get('Main-Class') ?? '').startsWith('org.springframework.boot.loader.');

/** Whether the entry is a jar that Spring Boot's loader puts on the class path without unpacking it first. */
export const isNestedLibrary = ({ name, comment }: ZipEntry): boolean =>
  /^(BOOT-INF|WEB-INF)\/lib(-provided)?\/[^/]+\.jar$/.test(name) && !comment.startsWith('UNPACK:');

/**
 * Checks that the loader can read every library where it lies: stored, whole, each of its entries in place. Takes the
 * open file and its entries. Throws an Error that names the library, as a clause about the file.
 */
export async function checkLibraries(file: number, libraries: readonly ZipEntry[]): Promise<void> {
  for (const { name, isStored, data, bytes } of libraries) {
    if (!isStored)
      throw new Error(`its library ${name} is compressed, and Spring Boot's loader needs it stored`);
    try {
      for await (const _ of readEntries(file, data, bytes));
    } catch (error) {
      throw new Error(
        `its library ${name} is damaged: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}
