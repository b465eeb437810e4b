package org.vitalroutes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.vitalroutes.testsupport.ApiDescription;
import org.vitalroutes.testsupport.ApiDescription.Operation;

/**
 * The OpenAPI description is valid and complete. {@code RunningVitalroutes} checks it against every
 * answer of every test, {@link AccessMatrixTest} against the mappings.
 */
class OpenApiTest {

  private static final ApiDescription API = ApiDescription.served();

  /** The places in the sources that define a problem's code. */
  private static final Pattern CODE =
      Pattern.compile(
          "(?:ApiException\\(\\s*\\d{3},\\s*|Problem\\(\\s*\\d{3},\\s*|refused\\(\\s*|ConnectFailure\\(\\s*)"
              + "\"([a-z_]+)\"( \\+)?");

  @Test
  void it_keeps_to_the_schema_of_openapi_3_1() {
    // The schema that the OpenAPI initiative publishes, from a jar that contains it.
    var schema =
        JsonSchemaFactory.getInstance(
                VersionFlag.V202012,
                builder ->
                    builder.schemaMappers(
                        mappers ->
                            mappers.mapPrefix(
                                "https://spec.openapis.org", "classpath:spec.openapis.org")))
            .getSchema(SchemaLocation.of("https://spec.openapis.org/oas/3.1/schema/2022-10-07"));

    assertThat(schema.validate(API.tree())).isEmpty();
    assertThat(schema.validate(API.tree().deepCopy().at("/components"))).isNotEmpty();
  }

  @Test
  void every_schema_is_one_of_json_schema() {
    var schema =
        JsonSchemaFactory.getInstance(VersionFlag.V202012)
            .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

    assertThat(API.nodes().filter(node -> node.getKey().matches(".*/(schema|schemas/[A-Za-z]+)")))
        .hasSizeGreaterThan(60)
        .allSatisfy(node -> assertThat(schema.validate(node.getValue())).isEmpty());
  }

  @Test
  void every_reference_leads_somewhere_and_every_component_is_referred_to() {
    Set<String> referred =
        API.nodes()
            .filter(node -> node.getKey().endsWith("/$ref"))
            .map(node -> node.getValue().asText().substring(1))
            .collect(Collectors.toSet());

    assertThat(referred).allSatisfy(place -> assertThat(API.tree().at(place)).isNotEmpty());
    assertThat(
            API.nodes()
                .map(Map.Entry::getKey)
                .filter(
                    place ->
                        place.matches(
                            "/components/(schemas|responses|parameters|requestBodies)/\\w+")))
        .isSubsetOf(referred);
  }

  @Test
  void every_operation_says_what_it_does_and_how_it_fails() {
    Set<String> names = new HashSet<>();
    assertThat(API.operations())
        .allSatisfy(
            operation -> {
              JsonNode tree = operation.tree();
              assertThat(names.add(tree.path("operationId").asText())).isTrue();
              assertThat(tree.path("summary").asText()).matches("[A-Z].{10,}[^.]");
              assertThat(tree.path("tags")).isNotEmpty();
              assertThat(tree.path("responses").has("401"))
                  .isEqualTo(!operation.path().startsWith("/connect/"));
              assertThat(tree.path("responses").has("503")).isTrue();
              assertThat(tree.path("responses").has("403"))
                  .isEqualTo(
                      operation.path().startsWith("/api/")
                          && !operation.path().endsWith("/callback"));
              boolean takesBody = Set.of("POST", "DELETE").contains(operation.method());
              assertThat(tree.path("responses").has("413")).isEqualTo(takesBody);
              assertThat(tree.path("responses").has("408")).isEqualTo(takesBody);
            });
    assertThat(
            API.nodes()
                .filter(node -> node.getValue().has("in"))
                .map(node -> node.getValue().path("description").asText()))
        .noneMatch(String::isBlank);
  }

  /** The token, not a parameter, determines whose rows a call affects. */
  @Test
  void no_call_of_a_user_names_an_account() {
    List<Operation> calls =
        API.operations().stream()
            .filter(operation -> operation.path().startsWith("/api/connected-accounts"))
            // A link is no account, and only a backend reaches it.
            .filter(operation -> !operation.path().contains("/links"))
            .toList();

    assertThat(calls).hasSizeGreaterThan(6);
    assertThat(calls)
        .allSatisfy(
            operation -> {
              assertThat(operation.path().replace("/{provider}/", "/")).doesNotContain("{");
              assertThat(operation.tree().path("parameters").findValuesAsText("name"))
                  .isSubsetOf("code", "state", "error");
            });
  }

  @Test
  void every_code_of_a_problem_is_listed_and_no_other() throws IOException {
    Set<String> codes = new TreeSet<>();
    Set<String> beginnings = new TreeSet<>();
    StringBuilder sources = new StringBuilder();
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        sources.append(Files.readString(file));
      }
    }
    CODE.matcher(sources)
        .results()
        .forEach(match -> (match.group(2) == null ? codes : beginnings).add(match.group(1)));

    assertThat(codes).hasSizeGreaterThan(15);
    assertThat(beginnings).containsExactly("already_", "invalid_");
    assertThat(API.problemCodes()).containsAll(codes).isSorted().doesNotHaveDuplicates();
    assertThat(API.problemCodes())
        .filteredOn(code -> beginnings.stream().noneMatch(code::startsWith))
        .allSatisfy(
            code ->
                assertThat(
                        sources.indexOf("\"" + code + "\"") >= 0
                            // Codes that ProblemController derives from a status.
                            || Set.of(
                                    "bad_request",
                                    "internal_server_error",
                                    "method_not_allowed",
                                    "not_found")
                                .contains(code))
                    .as(code)
                    .isTrue());
  }
}
