package org.vitalroutes.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The served OpenAPI description, to check answers against. */
public final class ApiDescription {

  public static final String FILE = "/openapi/openapi.yaml";

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Set<String> METHODS = Set.of("get", "head", "post", "put", "delete");
  private static final ApiDescription INSTANCE = new ApiDescription();

  /** An operation: a method of a path. */
  public record Operation(String method, String path, JsonNode tree) {

    /** Whether a request belongs to this operation; {@code /api} accepts a trailing slash. */
    boolean takes(String asked, String requested) {
      String plain = requested.startsWith("/api") ? requested.replaceAll("/$", "") : requested;
      return method.equals(asked) && plain.matches(path.replaceAll("\\{[a-z]+}", "[^/%]+"));
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  private final JsonNode tree;
  private final List<Operation> operations = new ArrayList<>();
  private final JsonSchemaFactory schemas = JsonSchemaFactory.getInstance(VersionFlag.V202012);

  private ApiDescription() {
    try (InputStream file = ApiDescription.class.getResourceAsStream(FILE)) {
      tree = YAML.readTree(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    new TreeMap<>(fields(tree.path("paths")))
        .forEach(
            (path, item) ->
                fields(item)
                    .forEach(
                        (method, operation) -> {
                          if (METHODS.contains(method)) {
                            operations.add(
                                new Operation(method.toUpperCase(Locale.ROOT), path, operation));
                          }
                        }));
  }

  public static ApiDescription served() {
    return INSTANCE;
  }

  public JsonNode tree() {
    return tree;
  }

  public List<Operation> operations() {
    return List.copyOf(operations);
  }

  /** The operation of a request; a literal path wins over one with a parameter. */
  public Optional<Operation> of(String method, String path) {
    return operations.stream()
        .filter(operation -> operation.takes(method, path))
        .min(Comparator.comparing(operation -> operation.path().contains("{")));
  }

  /** Checks an answer against the description, when its request is described. */
  public void check(HttpResponse<String> answer) {
    of(answer.request().method(), answer.request().uri().getRawPath())
        .ifPresent(operation -> check(operation, answer));
  }

  private void check(Operation operation, HttpResponse<String> answer) {
    String place = operation + " answered " + answer.statusCode();
    JsonNode response =
        resolved(operation.tree().path("responses").path(Integer.toString(answer.statusCode())));
    assertThat(response.isObject()).as(place + ", which is not described").isTrue();
    String body = answer.body();
    JsonNode content = response.path("content");
    if (content.isMissingNode()) {
      assertThat(body).as(place + ", which has no content").isEmpty();
    }
    if (body.isEmpty() && (content.isMissingNode() || response.has("x-may-be-empty"))) {
      return;
    }
    String type =
        answer.headers().firstValue("Content-Type").orElse("").replaceAll(";.*", "").strip();
    assertThat(content.has(type)).as(place + " with the type " + type).isTrue();
    if (type.equals("text/html")) {
      return;
    }
    assertThat(problems(content.path(type).path("schema"), body)).as(place).isEmpty();
  }

  /** The violations of a schema by a JSON text. */
  public List<String> problems(JsonNode schema, String json) {
    try {
      // The schema refers to the components.
      ObjectNode whole = schema.deepCopy();
      whole.set("components", tree.path("components"));
      SchemaValidatorsConfig config =
          SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
      JsonSchema compiled = schemas.getSchema(whole, config);
      return compiled.validate(YAML.readTree(json)).stream().map(Object::toString).toList();
    } catch (IOException e) {
      return List.of("no JSON");
    }
  }

  private JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? tree.at(node.path("$ref").asText().substring(1)) : node;
  }

  /** All problem codes. */
  public List<String> problemCodes() {
    List<String> codes = new ArrayList<>();
    tree.at("/components/schemas/ProblemCode/enum").forEach(code -> codes.add(code.asText()));
    return codes;
  }

  static Map<String, JsonNode> fields(JsonNode object) {
    Map<String, JsonNode> fields = new LinkedHashMap<>();
    object.fields().forEachRemaining(field -> fields.put(field.getKey(), field.getValue()));
    return fields;
  }

  /** All schemas, parameters, responses and operations, by their place. */
  public Stream<Map.Entry<String, JsonNode>> nodes() {
    List<Map.Entry<String, JsonNode>> all = new ArrayList<>();
    collect("", tree, all);
    return all.stream();
  }

  private static void collect(String place, JsonNode node, List<Map.Entry<String, JsonNode>> into) {
    into.add(Map.entry(place, node));
    fields(node).forEach((name, value) -> collect(place + "/" + name, value, into));
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      collect(place + "/" + i, node.get(i), into);
    }
  }
}
