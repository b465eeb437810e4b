package org.vitalroutes.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.testsupport.HapiFhirServer;
import org.vitalroutes.testsupport.LocalPostgres;
import org.vitalroutes.testsupport.World;

/**
 * Runs the suite and writes {@code target/bench/report.json} and {@code report.md}. Arguments are
 * the parts to run; none means all. With {@code quick} among them each part runs once and briefly,
 * to check that it works.
 */
public final class Bench {

  private static final Path TARGET = Path.of("target/bench");

  private Bench() {}

  public static void main(String[] args) throws IOException {
    List<String> chosen = new ArrayList<>(List.of(args));
    chosen.removeIf(String::isBlank);
    boolean quick = chosen.remove("quick");
    int rounds = quick ? 1 : 3;
    int seconds = quick ? 3 : 10;
    Map<String, Supplier<List<Figure>>> parts = new LinkedHashMap<>();
    parts.put("start", () -> StartBench.run(rounds));
    parts.put("mapping", () -> MappingBench.run(quick ? 1 : 2, quick ? 1 : 3));
    parts.put("webhook", () -> WebhookBench.run(rounds, seconds));
    parts.put("growth", () -> GrowthBench.run(rounds));
    parts.put("schedules", () -> SchedulesBench.run(quick ? 3 : 9));
    parts.put("idle", SchedulesBench::idle);
    parts.put("latency", () -> LatencyBench.run(quick ? 20 : 200));
    parts.put("end-to-end", () -> EndToEndBench.run(rounds));
    parts.put("replicas", () -> ReplicasBench.run(seconds, quick ? 3 : 60));
    parts.put("backfill", () -> CallsBench.backfill(quick ? 4 : 10, quick ? 1 : 3));
    parts.put("day", DayBench::run);
    if (!parts.keySet().containsAll(chosen)) {
      System.err.println("the parts are " + String.join(", ", parts.keySet()) + ", and quick");
      System.exit(2);
    }
    // As in production: the in-memory database becomes slower with its size.
    startFhirServer(FhirVersion.R5);
    List<Figure> figures = new ArrayList<>();
    double loadBefore = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    for (Map.Entry<String, Supplier<List<Figure>>> part : parts.entrySet()) {
      if (chosen.isEmpty() || chosen.contains(part.getKey())) {
        System.err.println("measuring " + part.getKey());
        List<Figure> measured = part.getValue().get();
        measured.forEach(figure -> System.err.println("  " + Report.line(figure)));
        figures.addAll(measured);
        write(new Report(Instant.now(), machine(), loadBefore, figures));
      }
    }
    System.err.println("the report is " + TARGET.resolve("report.md"));
    System.exit(0);
  }

  /** A server on PostgreSQL, which the worlds of this version share from now on. */
  static void startFhirServer(FhirVersion version) {
    System.setProperty(
        HapiFhirServer.urlProperty(version),
        HapiFhirServer.startOn(version, LocalPostgres.shared().newDatabase() + "?user=postgres")
            .baseUrl()
            .toString());
  }

  /** Writes after each part, so that a failing part does not lose the figures of others. */
  private static void write(Report report) throws IOException {
    Files.createDirectories(TARGET);
    new ObjectMapper()
        .findAndRegisterModules()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
        .writeValue(TARGET.resolve("report.json").toFile(), report);
    Files.writeString(TARGET.resolve("report.md"), report.markdown());
  }

  private static String machine() throws IOException {
    String processor =
        Files.exists(Path.of("/proc/cpuinfo"))
            ? Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown processor")
            : System.getProperty("os.arch");
    return Runtime.getRuntime().availableProcessors()
        + " × "
        + processor
        + ", Java "
        + Runtime.version();
  }

  /** The id of a weight; its Patient is created with the first one. */
  static String observationId(
      World world, Identifiers identifiers, String subject, long user, long group) {
    String key = Identifiers.measureKey(Long.toString(user), group, "1");
    while (world.fhir().patientsOf(subject).isEmpty()) {
      Pause.millis(10);
    }
    return identifiers.id(world.fhir().patientsOf(subject).get(0).getIdPart(), key);
  }
}
