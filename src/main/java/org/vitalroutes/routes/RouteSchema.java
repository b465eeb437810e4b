package org.vitalroutes.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * Camel's own schema of YAML routes, as it comes with the DSL and without the short notation.
 *
 * <p>The published schema takes both notations: a string where a step or an expression may be an
 * object, and a language where {@code expression} may stand. The canonical one is what is left
 * without those.
 */
final class RouteSchema {

  static final RouteSchema PUBLISHED = new RouteSchema(read());
  static final RouteSchema CANONICAL = new RouteSchema(canonical(read()));

  private final JsonSchema schema;
  private final Set<String> names = new HashSet<>();

  private RouteSchema(JsonNode schema) {
    SchemaValidatorsConfig config =
        SchemaValidatorsConfig.builder().pathType(PathType.JSON_POINTER).build();
    this.schema = JsonSchemaFactory.getInstance(VersionFlag.V4).getSchema(schema, config);
    schema.findValues("properties").forEach(each -> each.fieldNames().forEachRemaining(names::add));
  }

  /** The problems of a file, the innermost first, each with its place. */
  List<String> problems(RouteFile file) {
    return schema.validate(file.tree()).stream()
        .sorted(
            Comparator.comparingInt(
                    (ValidationMessage message) -> message.getInstanceLocation().getNameCount())
                .reversed())
        .limit(3)
        .map(message -> problem(file, message))
        .toList();
  }

  private String problem(RouteFile file, ValidationMessage message) {
    String pointer = message.getInstanceLocation().toString();
    String property = message.getProperty();
    if (message.getType().equals("additionalProperties") && property != null) {
      return file.place(pointer + "/" + property)
          + ": "
          + property
          + " is not known here"
          + Near.suggestion(property, names);
    }
    String text = message.getMessage();
    return file.place(pointer) + ":" + text.substring(text.indexOf(':') + 1);
  }

  private static JsonNode read() {
    try (InputStream schema = RouteSchema.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
      return new ObjectMapper().readTree(schema);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode canonical(JsonNode schema) {
    ((ObjectNode) schema.path("items").path("properties"))
        .retain(Set.of("route", "routeConfiguration"));
    restrict(schema);
    return schema;
  }

  private static void restrict(JsonNode node) {
    if (node.path("oneOf") instanceof ArrayNode choices) {
      boolean orWrapped = contains(choices, "required", "expression");
      for (Iterator<JsonNode> each = choices.iterator(); each.hasNext(); ) {
        JsonNode choice = each.next();
        boolean text = choice.path("type").asText().equals("string") && choices.size() == 2;
        boolean bareLanguage = orWrapped && choice.has("$ref");
        if (text || bareLanguage) {
          each.remove();
        }
      }
    }
    node.forEach(RouteSchema::restrict);
  }

  private static boolean contains(ArrayNode choices, String keyword, String word) {
    for (JsonNode choice : choices) {
      for (JsonNode value : choice.path(keyword)) {
        if (value.asText().equals(word) && choice.path("properties").has("expression")) {
          return true;
        }
      }
    }
    return false;
  }
}
