package org.vitalroutes.testsupport;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.fhir.wire.FhirVersion;

/**
 * A real HAPI FHIR JPA server, R5 unless another version is named, in a process and on a class path
 * of its own.
 *
 * <p>The process is {@code src/test/hapi/HapiServer.java}; it ends with the JVM that started it, or
 * with the build, even when that is killed.
 */
public final class HapiFhirServer implements AutoCloseable {

  /** System property with the URL of a running server, for {@link #shared()}. */
  public static final String URL_PROPERTY = "vitalroutes.test.fhir-url";

  private static final Path SOURCE = Path.of("src/test/hapi/HapiServer.java");
  private static final Path TARGET = Path.of("target/hapi");
  private static final String READY = "READY ";
  private static final int START_SECONDS = 300;

  /** For the length of a test run, the first compiler alone is faster. */
  private static final List<String> FOR_TESTS =
      List.of("-Xmx3g", "-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=240m");

  private static final int LOG_LINES = 20;

  private static final Map<FhirVersion, HapiFhirServer> SHARED = new ConcurrentHashMap<>();

  private final URI baseUrl;
  private final @Nullable Process process;

  private HapiFhirServer(URI baseUrl, @Nullable Process process) {
    this.baseUrl = baseUrl;
    this.process = process;
  }

  /**
   * The server of this test run: in memory, on a free port, started at the first call and shared by
   * the processes of a build, as its start takes longer than most tests.
   *
   * <p>Tests write their own Patients and so do not disturb each other. With {@value #URL_PROPERTY}
   * set, the server at that URL is used; for another version than R5, that of {@link #urlProperty}.
   */
  public static HapiFhirServer shared() {
    return shared(FhirVersion.R5);
  }

  /** The same in another version. */
  public static HapiFhirServer shared(FhirVersion version) {
    String url = System.getProperty(urlProperty(version));
    return SHARED.computeIfAbsent(
        version, each -> url == null ? ofThisRun(each) : new HapiFhirServer(URI.create(url), null));
  }

  /** The system property with the URL of a server of this version. */
  public static String urlProperty(FhirVersion version) {
    return version.isR5() ? URL_PROPERTY : URL_PROPERTY + "." + version;
  }

  /** Starts it unless another process of this run has; it ends with the run. */
  private static HapiFhirServer ofThisRun(FhirVersion version) {
    ProcessHandle run = TestRun.process();
    String name = "shared-%s-%s".formatted(version, TestRun.id());
    try (FileChannel file =
            FileChannel.open(
                Files.createDirectories(TARGET).resolve(name),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        FileLock starting = file.lock()) {
      String url = new String(Channels.newInputStream(file).readAllBytes(), UTF_8);
      if (!url.isEmpty()) {
        return new HapiFhirServer(URI.create(url), null);
      }
      HapiFhirServer server = start(version, "", 0, FOR_TESTS, List.of("--with=" + run.pid()));
      file.write(UTF_8.encode(server.baseUrl().toString()));
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException("The FHIR server cannot be shared", e);
    }
  }

  /** Starts a server on a port (0: any free one), with its data in a directory or in memory. */
  public static HapiFhirServer start(@Nullable Path dataDirectory, int port) {
    return start(FhirVersion.R5, dataDirectory, port);
  }

  /** The same in another version. */
  public static HapiFhirServer start(FhirVersion version, @Nullable Path dataDirectory, int port) {
    String data = dataDirectory == null ? "" : dataDirectory.toAbsolutePath().toString();
    return start(version, data, port, FOR_TESTS, List.of());
  }

  /** Starts a server on a free port that keeps its data in PostgreSQL, as in production. */
  public static HapiFhirServer startOn(FhirVersion version, String jdbcUrl) {
    return start(version, jdbcUrl, 0, List.of("-Xmx1g"), List.of());
  }

  private static HapiFhirServer start(
      FhirVersion version, String data, int port, List<String> options, List<String> more) {
    try {
      Path log = Files.createTempFile(Files.createDirectories(TARGET), "server-", ".log");
      Process process = launch(version, data, port, options, more, log);
      try {
        return new HapiFhirServer(awaitReady(process, log), process);
      } catch (Throwable e) {
        process.destroyForcibly();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The FHIR server cannot be started", e);
    }
  }

  private static Process launch(
      FhirVersion version, String data, int port, List<String> options, List<String> more, Path log)
      throws IOException {
    Path classpath = TARGET.resolve("classpath.txt");
    if (!Files.exists(classpath)) {
      throw new IllegalStateException(
          classpath + " is missing; ./mvnw generate-test-resources writes it");
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            SOURCE.toString(),
            "--fhir=" + version,
            "--port=" + port,
            "--data=" + data));
    command.addAll(more);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("CLASSPATH", Files.readString(classpath).strip());
    return builder.redirectError(log.toFile()).start();
  }

  private static URI awaitReady(Process process, Path log) throws IOException {
    CompletableFuture<@Nullable String> line =
        CompletableFuture.supplyAsync(() -> firstLine(process));
    String problem;
    try {
      String ready = line.get(START_SECONDS, TimeUnit.SECONDS);
      if (ready != null && ready.startsWith(READY)) {
        return URI.create(ready.substring(READY.length()));
      }
      problem = ready == null ? "ended" : "said " + ready;
    } catch (TimeoutException e) {
      problem = "was not ready after " + START_SECONDS + " s";
    } catch (ExecutionException e) {
      problem = "cannot be read: " + e.getCause();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      problem = "was no longer waited for";
    }
    throw new IllegalStateException("The FHIR server " + problem + "; " + log + ":\n" + tail(log));
  }

  private static @Nullable String firstLine(Process process) {
    try {
      return new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)).readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String tail(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
  }

  /** The base of its FHIR API, such as {@code http://localhost:8090/fhir}. */
  public URI baseUrl() {
    return baseUrl;
  }

  /** Its process; null for a server that was already running. */
  @Nullable Process process() {
    return process;
  }

  /** Stops the server, unless it was already running. */
  @Override
  public void close() {
    if (process == null) {
      return;
    }
    try {
      process.getOutputStream().close();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
