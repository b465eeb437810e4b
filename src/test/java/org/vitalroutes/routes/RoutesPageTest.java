package org.vitalroutes.routes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;
import static org.vitalroutes.testsupport.MeasureReply.JSON;
import static org.vitalroutes.testsupport.MeasureReply.reply;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.hl7.fhir.r5.model.Observation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vitalroutes.fhir.Identifiers;
import org.vitalroutes.fhir.Produced;
import org.vitalroutes.fhir.table.MeasureTable;
import org.vitalroutes.fhir.translate.MeasureTranslator;
import org.vitalroutes.fhir.translate.Subject;
import org.vitalroutes.fhir.translate.TranslatedPage;
import org.vitalroutes.store.Inbox;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.SyncTrigger;
import org.vitalroutes.sync.VendorReply;
import org.vitalroutes.sync.Window;
import org.vitalroutes.testsupport.FhirValidation;
import org.vitalroutes.testsupport.TestSettings;

/**
 * Makes the changes that docs/routes.md and examples describe in a copy of the routes, and runs the
 * copy.
 */
class RoutesPageTest {

  private static final Path PAGE = Path.of("docs/routes.md");
  private static final Path TABLE = Path.of("src/main/resources/mapping/measures.yaml");
  private static final String ARCHIVE = "archive.server-url";

  @TempDir Path folder;

  private String page;

  @BeforeEach
  void copy() throws IOException {
    page = Files.readString(PAGE);
    for (RouteFile file : RouteFolder.ofProject().files()) {
      Files.writeString(folder.resolve(file.name()), file.text());
    }
  }

  @Test
  void the_drawing_shows_which_route_file_sends_to_which() throws IOException {
    String drawn =
        page.replaceFirst(
            "(?s)```mermaid\n.*?```",
            Matcher.quoteReplacement(
                "```mermaid\n" + new RouteMap(RouteFolder.ofProject()).drawing() + "```"));
    if (System.getProperty("golden.update") != null) {
      Files.writeString(PAGE, drawn);
      return;
    }

    assertThat(page).as("docs/routes.md; -Dgolden.update draws it again").isEqualTo(drawn);
  }

  /** Mermaid refuses the whole drawing. */
  @Test
  void no_node_of_the_drawing_is_a_word_of_the_drawing_language() {
    assertThat(new RouteMap(RouteFolder.ofProject()).drawing())
        .doesNotContainPattern(
            "(?m)(^ *|> )(call|class|click|default|end|graph|href|style|subgraph)( |$)");
  }

  @Test
  void an_appli_code_that_is_added_asks_for_what_it_says() throws IOException {
    insert("dispatch", "(?m)^( *)id: by-appli\\R *when:\\R", example("Add an appli code", 0), 2);
    keepsTheRules(Set.of());

    try (RouteFixture fixture = changed("dispatch", MeasureTable.standard())) {
      when(fixture.inbox.take(any(), anyInt()))
          .thenReturn(
              List.of(
                  new Inbox.Waiting(
                      0,
                      RouteFixture.NOW,
                      "userid=4711&appli=51&startdate=1709300000&enddate=1709325200"
                          .getBytes(UTF_8),
                      "c0",
                      Requests.ACCOUNT.id())));

      Exchange polled = fixture.send("direct:dispatch-inbox", null);

      assertThat(polled.getException()).isNull();
      Window night =
          new Window(Instant.ofEpochSecond(1709300000), Instant.ofEpochSecond(1709325200));
      verify(fixture.requests)
          .trigger(
              List.of(
                  new SyncTrigger(
                      Requests.ACCOUNT.id(), DataKind.SLEEP, night, RouteFixture.NOW, "c0")),
              Duration.ZERO,
              Duration.ZERO);
    }
  }

  @Test
  void a_measure_type_that_is_added_becomes_an_observation() throws IOException {
    MeasureTable table =
        MeasureTable.parse(Files.readString(TABLE) + ofExample("custom-mapping/glucose.yaml"));

    try (RouteFixture fixture = changed("translate", table)) {
      Exchange translated =
          fixture.send(
              "direct:translate-page",
              new VendorReply(
                  Requests.firstPage(),
                  JSON.readTree(ofExample("custom-mapping/reply.json")).path("body")));

      assertThat(translated.getException()).isNull();
      Observation glucose =
          translated.getMessage().getBody(TranslatedPage.class).translation().produced().stream()
              .map(Produced::resource)
              .filter(Observation.class::isInstance)
              .map(Observation.class::cast)
              .findFirst()
              .orElseThrow();
      assertThat(glucose.getCode().getCodingFirstRep().getCode()).isEqualTo("2339-0");
      assertThat(glucose.getValueQuantity().getValue()).isEqualByComparingTo("95");
      assertThat(glucose.getValueQuantity().getCode()).isEqualTo("mg/dL");
      FhirValidation.assertValid(glucose);
    }
  }

  @Test
  void a_destination_that_is_added_gets_each_transaction_and_is_waited_for() throws IOException {
    Files.writeString(
        folder.resolve("archive.camel.yaml"), ofExample("archive/archive.camel.yaml"));
    insert(
        "deliver",
        "(?m)^( *)id: hold-lease\\R *ref: syncLease\\R *method: hold\\R",
        ofExample("archive/to-archive.yaml"),
        -4);
    keepsTheRules(Set.of(ARCHIVE));

    try (LoopbackServer fhir = new LoopbackServer();
        LoopbackServer archive = new LoopbackServer();
        RouteFixture archiving = changed("archive", archive);
        RouteFixture delivering =
            RouteFixture.changed(
                "deliver",
                new TestSettings().set("FHIR_SERVER_URL", fhir.url() + "/fhir"),
                folder,
                MeasureTable.standard(),
                Map.of(ARCHIVE, archive.url() + "/fhir"))) {
      fhir.answers(taken());
      archive.answers(taken());
      when(delivering.ledger.hashes(any(), any())).thenReturn(Map.of());
      Neighbour next = delivering.neighbour("direct:archive-transaction");
      next.does(
          exchange ->
              assertThat(
                      archiving
                          .send("direct:archive-transaction", exchange.getMessage().getBody())
                          .getException())
                  .isNull());

      deliver(delivering);

      assertThat(archive.requests()).hasSize(1);
      assertThat(archive.requests().get(0).body()).contains("\"transaction\"", "Patient/p1");
      assertThat(archive.requests().get(0).body()).isEqualTo(fhir.requests().get(0).body());
      verify(delivering.ledger).record(any(), any());

      delivering.forget();
      fhir.forget();
      when(delivering.ledger.hashes(any(), any())).thenReturn(Map.of());
      next.fails(new IllegalStateException("the archive is down"));

      assertThat(deliver(delivering).getException()).isNotNull();
      assertThat(fhir.requests()).isEmpty();
      verify(delivering.ledger, never()).record(any(), any());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "forward-glucose.camel.yaml, forward-glucose, yaml",
    "ForwardGlucose.java, ForwardGlucose.java, java"
  })
  void a_measure_is_forwarded_to_a_second_system(String file, String route, String language)
      throws IOException {
    String heading = "Forward a measure to a second system";
    Files.writeString(folder.resolve(file), example(heading, language, 0));
    insert("fetch", "(?m)^( *)id: to-translate-page\\R *uri: .*\\R", example(heading, 1), -4);
    keepsTheRules(Set.of("glucose.url"));
    MeasureTable table =
        MeasureTable.parse(Files.readString(TABLE) + ofExample("custom-mapping/glucose.yaml"));

    try (LoopbackServer second = new LoopbackServer();
        RouteFixture fixture =
            RouteFixture.changed(
                route,
                new TestSettings(),
                folder,
                table,
                Map.of("glucose.url", second.url() + "/glucose"))) {
      second.answers("");
      Exchange forwarded =
          fixture.send(
              "direct:forward-glucose",
              new TranslatedPage(
                  Requests.firstPage(),
                  null,
                  new MeasureTranslator(table, new Identifiers(Identifiers.DEFAULT_NAMESPACE))
                      .translate(
                          reply()
                              .group(1, group -> group.measure(1, 70, 0))
                              .group(2, group -> group.measure(999, 95, 0))
                              .page(),
                          new Subject("Patient/p1", "4711"),
                          RouteFixture.NOW,
                          Map.of())));

      assertThat(forwarded.getException()).isNull();
      assertThat(second.requests())
          .singleElement()
          .satisfies(
              request -> {
                assertThat(request.method()).isEqualTo("POST");
                assertThat(request.body()).contains("\"Observation\"", "2339-0", "95");
              });
    }
  }

  private static Exchange deliver(RouteFixture fixture) {
    return fixture.send(
        "direct:deliver-page",
        new TranslatedPage(
            Requests.firstPage(),
            null,
            new MeasureTranslator(
                    MeasureTable.standard(), new Identifiers(Identifiers.DEFAULT_NAMESPACE))
                .translate(
                    reply().group(1, group -> group.measure(1, 70, 0)).page(),
                    new Subject("Patient/p1", "4711"),
                    RouteFixture.NOW,
                    Map.of())));
  }

  private static String taken() {
    String entry = "{\"response\": {\"status\": \"201\"}}";
    return "{\"resourceType\": \"Bundle\", \"type\": \"transaction-response\", \"entry\": ["
        + entry
        + ","
        + entry
        + "]}";
  }

  private RouteFixture changed(String name, MeasureTable table) {
    return RouteFixture.changed(name, new TestSettings(), folder, table, Map.of());
  }

  private RouteFixture changed(String name, LoopbackServer archive) {
    return RouteFixture.changed(
        name,
        new TestSettings(),
        folder,
        MeasureTable.standard(),
        Map.of(ARCHIVE, archive.url() + "/fhir"));
  }

  private void keepsTheRules(Set<String> moreSettings) {
    RouteFolder copy = RouteFolder.of(folder);
    Set<String> settings = new TreeSet<>(copy.settings());
    settings.addAll(moreSettings);
    RouteFolder changed = new RouteFolder(copy.files(), settings, copy.steps(), copy.exceptions());
    for (RouteRule rule : RouteRule.values()) {
      assertThat(rule.broken(changed)).as("violations of the rule %s", rule).isEmpty();
    }
  }

  private static String ofExample(String file) throws IOException {
    return Files.readString(Path.of("examples", file));
  }

  private String example(String heading, int number) {
    return example(heading, "yaml", number);
  }

  /** The blocks below a heading in a language, by their number. */
  private String example(String heading, String language, int number) {
    String section =
        page.substring(page.indexOf("\n## " + heading + "\n") + 1).split("(?m)^## ")[1];
    return Pattern.compile("(?ms)^```" + language + "\\R(.*?)^```$")
        .matcher(section)
        .results()
        .map(found -> found.group(1))
        .skip(number)
        .findFirst()
        .orElseThrow();
  }

  /** Inserts a block below a place, indented relative to the {@code id:} there. */
  private void insert(String name, String place, String block, int further) throws IOException {
    Path file = folder.resolve(name + RouteFile.SUFFIX);
    String text = Files.readString(file);
    Matcher found = Pattern.compile(place).matcher(text);
    assertThat(found.find()).as("%s in %s", place, file.getFileName()).isTrue();
    String indented = block.indent(found.group(1).length() + further);
    Files.writeString(
        file, text.substring(0, found.end()) + indented + text.substring(found.end()));
  }
}
