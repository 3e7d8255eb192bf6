package bluegreen.launch;

import java.io.IOException;
import java.io.InputStream;
import java.util.jar.JarFile;

/** Loads classes and resources from BOOT-INF/classes of one open jar. */
final class BootClassLoader extends ClassLoader {
  private static final String ROOT = "BOOT-INF/classes/";

  private final JarFile jar;

  BootClassLoader(JarFile jar, ClassLoader parent) {
    super(parent);
    this.jar = jar;
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    try (var stream = open(name.replace('.', '/') + ".class")) {
      if (stream == null) {
        throw new ClassNotFoundException(name);
      }
      var bytes = stream.readAllBytes();
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException failure) {
      throw new ClassNotFoundException(name, failure);
    }
  }

  @Override
  public InputStream getResourceAsStream(String name) {
    try {
      var stream = open(name);
      return stream == null ? super.getResourceAsStream(name) : stream;
    } catch (IOException failure) {
      return null;
    }
  }

  private InputStream open(String name) throws IOException {
    var entry = jar.getJarEntry(ROOT + name);
    return entry == null ? null : jar.getInputStream(entry);
  }
}
