import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.api.buildplan.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes the image of Vitalroutes as an OCI archive, without a Docker engine and without a registry:
 * a Java of the modules that are needed and the C library of this machine, below the jar.
 *
 * <p>Arguments: the jar, a folder to work in, the archive, the version, the image's time.
 */
class BuildImage {

  /**
   * All that Java SE has, and what libraries look up at run time: elliptic curves, random numbers,
   * logins and host names.
   */
  private static final String MODULES =
      "java.se,jdk.charsets,jdk.crypto.ec,jdk.jfr,jdk.localedata,jdk.management,jdk.naming.dns,"
          + "jdk.net,jdk.random,jdk.security.auth,jdk.security.jgss,jdk.unsupported,jdk.zipfs";

  /** A library that needs another one is left out: fonts, windows and sound. */
  private static final Pattern C_LIBRARY =
      Pattern.compile("(ld-|libc|libm|libdl|libpthread|librt|libz|libstdc|libgcc_s)[^/]*");

  /** Jib's time of every file; the class data holds those of the jars. */
  private static final FileTime TIME = FileTime.from(Instant.ofEpochSecond(1));

  private final Path work;
  private final Path java;
  private final Path app;
  private final Path system;

  private BuildImage(Path work) {
    this.work = work;
    this.java = work.resolve("java");
    this.app = work.resolve("app");
    this.system = work.resolve("system");
  }

  public static void main(String[] arguments) throws Exception {
    Path work = Path.of(arguments[1]).toAbsolutePath();
    if (Files.exists(work)) {
      try (Stream<Path> files = Files.walk(work)) {
        for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
          Files.delete(file);
        }
      }
    }
    Files.createDirectories(work);
    BuildImage build = new BuildImage(work);
    build.makeJava();
    build.makeSystem();
    build.makeApplication(Path.of(arguments[0]).toAbsolutePath());
    build.write(Path.of(arguments[2]), arguments[3], Instant.parse(arguments[4]));
  }

  private void makeJava() throws Exception {
    Path home = Path.of(System.getProperty("java.home"));
    run(
        work,
        home + "/bin/jlink",
        "--add-modules=" + MODULES,
        "--strip-java-debug-attributes",
        "--no-header-files",
        "--no-man-pages",
        "--output=" + java);
    // On some systems a link to a file outside.
    Files.copy(
        home.resolve("lib/security/cacerts").toRealPath(),
        java.resolve("lib/security/cacerts"),
        StandardCopyOption.REPLACE_EXISTING);
  }

  private void makeSystem() throws Exception {
    Set<String> libraries = new TreeSet<>(needed(java.resolve("bin/java")));
    List<Path> own;
    try (Stream<Path> files = Files.walk(java.resolve("lib"))) {
      own = files.filter(file -> file.toString().endsWith(".so")).toList();
    }
    Set<String> names = new TreeSet<>();
    own.forEach(file -> names.add(file.getFileName().toString()));
    for (Path library : own) {
      List<String> needed = needed(library);
      needed.removeIf(path -> names.contains(Path.of(path).getFileName().toString()));
      if (needed.stream()
          .allMatch(path -> C_LIBRARY.matcher(Path.of(path).getFileName().toString()).matches())) {
        libraries.addAll(needed);
      } else {
        Files.delete(library);
      }
    }
    libraries.removeIf(path -> path.startsWith(java.toString()));
    for (String library : libraries) {
      Path copy = system.resolve(library.substring(1));
      Files.createDirectories(copy.getParent());
      Files.copy(Path.of(library).toRealPath(), copy);
    }
    Path etc = Files.createDirectories(system.resolve("etc"));
    Files.writeString(etc.resolve("passwd"), "vitalroutes:x:10001:10001::/tmp:/sbin/nologin\n");
    Files.writeString(etc.resolve("group"), "vitalroutes:x:10001:\n");
    Files.writeString(etc.resolve("nsswitch.conf"), "hosts: files dns\n");
  }

  /** The shared libraries that a file needs, by path, or by name where it is found later. */
  private List<String> needed(Path file) throws Exception {
    List<String> libraries = new ArrayList<>();
    Pattern.compile("(?m)^\\s+(?:(\\S+) => not found|(?:\\S+ => )?(/\\S+))")
        .matcher(run(work, "ldd", file.toString()))
        .results()
        .forEach(found -> libraries.add(found.group(1) == null ? found.group(2) : found.group(1)));
    return libraries;
  }

  private void makeApplication(Path jar) throws Exception {
    Path layers = work.resolve("layers");
    run(
        work,
        java + "/bin/java",
        "-Djarmode=tools",
        "-jar",
        jar.toString(),
        "extract",
        "--layers",
        "--destination",
        layers.toString(),
        "--application-filename",
        "vitalroutes.jar");
    Files.createDirectories(app);
    for (String layer : List.of("dependencies", "application")) {
      try (Stream<Path> files = Files.list(layers.resolve(layer))) {
        for (Path file : files.toList()) {
          Files.move(file, app.resolve(file.getFileName()));
        }
      }
    }
    Files.copy(Path.of("src/main/docker/jvm.options"), app.resolve("jvm.options"));
    try (Stream<Path> files = Files.walk(app)) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, TIME);
      }
    }
    run(app, "sh", Path.of("src/main/docker/archive-classes.sh").toAbsolutePath().toString());
  }

  private void write(Path archive, String version, Instant time) throws Exception {
    JibContainer image =
        Jib.fromScratch()
            .setFormat(ImageFormat.OCI)
            .setPlatforms(Set.of(new Platform(architecture(), "linux")))
            .setCreationTime(time)
            .addFileEntriesLayer(systemLayer())
            .addFileEntriesLayer(layer("java", java, "/java"))
            .addFileEntriesLayer(layer("dependencies", app.resolve("lib"), "/app/lib"))
            .addFileEntriesLayer(applicationLayer())
            .addFileEntriesLayer(
                layer("class-data", app.resolve("vitalroutes.jsa"), "/app/vitalroutes.jsa"))
            .setUser("10001:10001")
            .setWorkingDirectory(AbsoluteUnixPath.get("/app"))
            .setEnvironment(Map.of("PATH", "/java/bin", "LANG", "C.UTF-8", "MALLOC_ARENA_MAX", "2"))
            .setExposedPorts(Port.tcp(8080), Port.tcp(8081))
            .setEntrypoint("java", "@jvm.options", "-jar", "vitalroutes.jar")
            .addLabel("org.opencontainers.image.title", "vitalroutes")
            .addLabel("org.opencontainers.image.version", version)
            .addLabel("org.opencontainers.image.licenses", "Apache-2.0")
            .containerize(
                Containerizer.to(TarImage.at(archive).named("vitalroutes:" + version))
                    .setApplicationLayersCache(work.resolve("cache"))
                    .setBaseImageLayersCache(work.resolve("cache"))
                    .setOfflineMode(true));
    System.out.println(archive + ": " + image.getDigest());
  }

  private FileEntriesLayer applicationLayer() throws IOException {
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName("application");
    for (String file : List.of("jvm.options", "vitalroutes.jar")) {
      layer.addEntryRecursive(
          app.resolve(file), AbsoluteUnixPath.get("/app/" + file), BuildImage::permissions);
    }
    return layer.build();
  }

  private FileEntriesLayer systemLayer() throws IOException {
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName("system");
    try (Stream<Path> folders = Files.list(system)) {
      for (Path folder : folders.sorted().toList()) {
        layer.addEntryRecursive(
            folder, AbsoluteUnixPath.get("/" + folder.getFileName()), BuildImage::permissions);
      }
    }
    return layer
        .addEntry(
            Files.createDirectories(work.resolve("tmp")),
            AbsoluteUnixPath.get("/tmp"),
            FilePermissions.fromOctalString("777"))
        .build();
  }

  private static FileEntriesLayer layer(String name, Path source, String target)
      throws IOException {
    return FileEntriesLayer.builder()
        .setName(name)
        .addEntryRecursive(source, AbsoluteUnixPath.get(target), BuildImage::permissions)
        .build();
  }

  private static FilePermissions permissions(Path source, AbsoluteUnixPath target) {
    return FilePermissions.fromOctalString(Files.isExecutable(source) ? "755" : "644");
  }

  private static String architecture() {
    return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
  }

  private String run(Path folder, String... command) throws Exception {
    ProcessBuilder process = new ProcessBuilder(command).directory(folder.toFile());
    process.environment().merge("PATH", java + "/bin:", (path, first) -> first + path);
    Process running = process.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(running.getInputStream().readAllBytes());
    if (running.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + " failed: " + output);
    }
    return output;
  }
}
