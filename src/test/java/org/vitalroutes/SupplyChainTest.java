package org.vitalroutes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The bill of materials that the build writes and the jar carries. */
class SupplyChainTest {

  /** Allowed licences; one of a component's licences suffices. */
  private static final Set<String> ALLOWED =
      Set.of(
          "Apache-2.0",
          "Apache Software License 2.0",
          "MIT",
          "BSD-2-Clause",
          "BSD-3-Clause",
          "CC0-1.0",
          "Unicode-3.0",
          "EPL-1.0",
          "EPL-2.0",
          "MPL-2.0");

  static JsonNode bill;

  @BeforeAll
  static void read() throws IOException {
    bill =
        new ObjectMapper()
            .readTree(SupplyChainTest.class.getResource("/META-INF/sbom/application.cdx.json"));
  }

  @Test
  void every_component_has_a_licence_that_we_may_ship() {
    assertThat(components())
        .allSatisfy(
            component ->
                assertThat(licences(component))
                    .as(component.path("purl").asText())
                    .containsAnyElementsOf(ALLOWED));
  }

  @Test
  void every_component_is_named_by_version_and_hash() {
    assertThat(components())
        .hasSizeGreaterThan(100)
        .allSatisfy(
            component -> {
              assertThat(component.path("purl").asText()).startsWith("pkg:maven/");
              assertThat(component.path("version").asText()).isNotEmpty();
              assertThat(component.path("version").asText()).doesNotContain("SNAPSHOT");
              assertThat(sha256(component)).hasSize(64);
            });
  }

  @Test
  void the_jar_holds_neither_the_parts_of_a_validator_nor_a_second_connection_pool() {
    assertThat(components().map(component -> component.path("name").asText()))
        .contains("hapi-fhir-structures-r5", "quartz")
        .doesNotContain(
            "hapi-fhir-validation", "org.hl7.fhir.validation", "Saxon-HE", "plantuml-mit", "c3p0");
  }

  @Test
  void tools_that_show_what_messages_hold_are_not_in_the_jar() {
    assertThat(components().map(component -> component.path("name").asText()))
        .doesNotContain(
            "camel-cli-connector", "camel-console", "camel-management", "jolokia-agent-jvm");
  }

  /** Each shipped file on the test class path is the one in the bill of materials. */
  @Test
  void what_is_on_the_class_path_is_what_the_bill_says() throws Exception {
    Map<String, List<String>> listed = new HashMap<>();
    components()
        .forEach(
            component ->
                listed
                    .computeIfAbsent(
                        component.path("name").asText()
                            + "-"
                            + component.path("version").asText()
                            + ".jar",
                        name -> new ArrayList<>())
                    .add(sha256(component)));
    int found = 0;
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path file = Path.of(entry);
      List<String> hashes = listed.get(String.valueOf(file.getFileName()));
      if (hashes != null) {
        found++;
        assertThat(
                HexFormat.of()
                    .formatHex(
                        MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file))))
            .as(entry)
            .isIn(hashes);
      }
    }
    assertThat(found).isGreaterThan(150);
  }

  private static Stream<JsonNode> components() {
    return StreamSupport.stream(bill.path("components").spliterator(), false);
  }

  private static List<String> licences(JsonNode component) {
    return StreamSupport.stream(component.path("licenses").spliterator(), false)
        .map(licence -> licence.path("license"))
        .map(licence -> licence.path("id").asText(licence.path("name").asText()))
        .toList();
  }

  private static String sha256(JsonNode component) {
    return StreamSupport.stream(component.path("hashes").spliterator(), false)
        .filter(hash -> hash.path("alg").asText().equals("SHA-256"))
        .map(hash -> hash.path("content").asText())
        .findFirst()
        .orElse("");
  }
}
