package bluegreen.launch;

import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.util.jar.JarFile;

/** Main-Class of the jar: runs the Start-Class found under BOOT-INF/classes. */
public final class JarLauncher {
  /** Never closed, as in a Spring Boot process: classes are read from it for as long as the app runs. */
  private static JarFile jar;

  public static void main(String[] args) throws Throwable {
    var location = JarLauncher.class.getProtectionDomain().getCodeSource().getLocation();
    jar = new JarFile(new File(location.toURI()));
    var startClass = jar.getManifest().getMainAttributes().getValue("Start-Class");
    if (startClass == null) {
      throw new IllegalStateException("No Start-Class in the manifest of " + jar.getName());
    }
    var loader = new BootClassLoader(jar, JarLauncher.class.getClassLoader());
    Thread.currentThread().setContextClassLoader(loader);
    var main = Class.forName(startClass, true, loader).getMethod("main", String[].class);
    try {
      main.invoke(null, (Object) args);
    } catch (InvocationTargetException failure) {
      throw failure.getCause();
    }
  }
}
