package org.vitalroutes.bench;

import ca.uhn.fhir.context.FhirContext;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.fhir.ServerBase;
import org.vitalroutes.fhir.deliver.DeliveryPart;
import org.vitalroutes.fhir.deliver.Transactions;
import org.vitalroutes.fhir.table.MeasureTable;
import org.vitalroutes.fhir.translate.MeasureTranslator;
import org.vitalroutes.fhir.translate.Subject;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.testsupport.MeasureReply;
import org.vitalroutes.withings.MeasurePage;

/**
 * From the bytes of a {@code getmeas} reply to transactions with content hashes, per Observation
 * and core: compared with HAPI's encoding of the same Observations alone.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class MappingBench {

  private static final int GROUPS = 100;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** HAPI with its defaults; our context does not search for resources to contain. */
  private static final FhirContext CONTEXT = FhirContext.forR5();

  private final MeasureTranslator translator =
      new MeasureTranslator(
          MeasureTable.standard(), new Identifiers(Identifiers.DEFAULT_NAMESPACE));
  private final Transactions transactions =
      new Transactions(new ServerBase("http://localhost:8090/fhir"), 100);

  private byte[] reply;
  private List<Produced> produced;

  /** A page of weigh-ins and blood pressures. */
  @Setup
  public void prepare() throws JsonProcessingException {
    MeasureReply page = MeasureReply.reply();
    for (int i = 0; i < GROUPS; i++) {
      int day = i;
      page.group(
          i + 1,
          group -> {
            group.with("date", MeasureReply.DATE - day * 86_400L);
            if (day % 2 == 0) {
              group.measure(1, 72_350 + day, -3).measure(6, 21_463 + day, -3);
            } else {
              group.measure(9, 78, 0).measure(10, 121, 0).measure(11, 64, 0);
            }
          });
    }
    reply = JSON.writeValueAsBytes(page.body());
    produced =
        translator
            .translate(MeasurePage.of(page.body()), subject(), Instant.now(), Map.of())
            .produced();
  }

  @Benchmark
  public List<String> mapping() throws java.io.IOException {
    return mapped(FhirVersion.R5);
  }

  @Benchmark
  public List<String> mappingToR4() throws java.io.IOException {
    return mapped(FhirVersion.R4);
  }

  private List<String> mapped(FhirVersion version) throws java.io.IOException {
    JsonNode body = JSON.readTree(reply);
    return transactions
        .forChanged(
            null,
            translator
                .translate(MeasurePage.of(body), subject(), Instant.now(), Map.of())
                .produced(),
            Map.of(),
            version)
        .stream()
        .map(DeliveryPart::bundle)
        .toList();
  }

  @Benchmark
  public int encodeOnly() {
    int characters = 0;
    for (Produced each : produced) {
      characters += CONTEXT.newJsonParser().encodeResourceToString(each.resource()).length();
    }
    return characters;
  }

  @Benchmark
  public JsonNode parseOnly() throws java.io.IOException {
    return JSON.readTree(reply);
  }

  private static Subject subject() {
    return new Subject("Patient/1", "4711");
  }

  static List<Figure> run(int rounds, int seconds) {
    try {
      MappingBench state = new MappingBench();
      state.prepare();
      Map<String, List<Double>> perSecond = new HashMap<>();
      for (int round = 0; round < rounds; round++) {
        Collection<RunResult> results =
            new Runner(
                    new OptionsBuilder()
                        .include(MappingBench.class.getSimpleName())
                        .forks(1)
                        .warmupIterations(3)
                        .warmupTime(TimeValue.seconds(3L * seconds))
                        .measurementIterations(3)
                        .measurementTime(TimeValue.seconds(seconds))
                        .build())
                .run();
        results.forEach(
            result ->
                perSecond
                    .computeIfAbsent(
                        result.getParams().getBenchmark().replaceAll(".*\\.", ""),
                        name -> new ArrayList<>())
                    .add(result.getPrimaryResult().getScore() * state.produced.size()));
      }
      return List.of(
          Figure.against(
              "mapping",
              "Observations from a reply's bytes to transactions, hashed and encoded",
              "1/s and core",
              perSecond.get("mapping"),
              "HAPI encodes the same Observations",
              perSecond.get("encodeOnly"),
              0.8,
              false,
              ""),
          Figure.against(
              "mapping",
              "the same for an R4 server",
              "1/s and core",
              perSecond.get("mappingToR4"),
              "for an R5 server",
              perSecond.get("mapping"),
              1 / 1.4,
              false,
              ""),
          Figure.against(
              "mapping",
              "the same",
              "1/s and core",
              perSecond.get("mapping"),
              "Jackson parses the same reply",
              perSecond.get("parseOnly"),
              0,
              false,
              "no goal: it shows where the time goes"));
    } catch (RunnerException | JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
