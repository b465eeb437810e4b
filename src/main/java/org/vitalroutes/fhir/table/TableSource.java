package org.vitalroutes.fhir.table;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The YAML of a mapping table, whose shape its JSON Schema has checked. Gathers the problems of the
 * table, each with file, line, entry and field.
 */
final class TableSource {
  private static final YAMLMapper YAML =
      YAMLMapper.builder(new YAMLFactory())
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
          .build();

  /** The lists of a table, with the word for an entry and the field that names it. */
  private static final Map<String, List<String>> LISTS =
      Map.of(
          "measures", List.of("type", "type"),
          "panels", List.of("panel", "name"),
          "fields", List.of("field", "field"),
          "observations", List.of("observation", "name"));

  /** By file name; five tables have the same one. */
  private static final Map<String, JsonSchema> SCHEMAS = new ConcurrentHashMap<>();

  private final String file;
  private final String yaml;
  private final JsonNode tree;
  private final List<String> problems = new ArrayList<>();
  private @Nullable Map<String, Integer> lines;

  private TableSource(String file, String yaml, JsonNode tree) {
    this.file = file;
    this.yaml = yaml;
    this.tree = tree;
  }

  /** Reads a table of the class path, as {@code measures.yaml}. */
  static String load(String file) {
    String resource = "/mapping/" + file;
    try (InputStream in = TableSource.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing from the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Parses a table and checks its shape.
   *
   * @param file how problems name the table
   * @param schema file name of its JSON Schema, which lies beside the tables
   * @throws MeasureTableException with every problem of the shape
   */
  static TableSource read(String file, String schema, String yaml) {
    TableSource source;
    try {
      source = new TableSource(file, yaml, YAML.readTree(yaml));
    } catch (JsonProcessingException e) {
      throw new MeasureTableException(
          List.of(
              file
                  + (e.getLocation() == null ? "" : ":" + e.getLocation().getLineNr())
                  + ": not YAML: "
                  + e.getOriginalMessage()));
    }
    SCHEMAS
        .computeIfAbsent(schema, TableSource::schema)
        .validate(source.tree)
        .forEach(source::shapeProblem);
    source.refuseProblems();
    return source;
  }

  /** The table as records. Its shape is right, so that this cannot fail. */
  <T> T as(Class<T> type) {
    return YAML.convertValue(tree, type);
  }

  /**
   * Adds a problem.
   *
   * @param place JSON pointer of the entry or field
   */
  void problem(String place, String text) {
    problems.add(at(JsonPointer.compile(place)) + text);
  }

  /** Throws when there was any problem. */
  void refuseProblems() {
    if (!problems.isEmpty()) {
      throw new MeasureTableException(problems);
    }
  }

  private static JsonSchema schema(String name) {
    SchemaValidatorsConfig config =
        SchemaValidatorsConfig.builder()
            .pathType(PathType.JSON_POINTER)
            .locale(Locale.ENGLISH)
            .build();
    return JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(load(name), config);
  }

  private void shapeProblem(ValidationMessage message) {
    String place = message.getInstanceLocation().toString();
    String field = message.getProperty();
    String text =
        switch (message.getType()) {
          case "false" -> "is not allowed here";
          case "required" -> "is missing";
          case "additionalProperties", "unevaluatedProperties" -> "is no field of the table";
          case "enum" -> "must be one of " + message.getSchemaNode();
          case "pattern" ->
              message.getSchemaNode().textValue().equals("\\S")
                  ? "must not be empty"
                  : "must match " + message.getSchemaNode().textValue();
          default -> message.getError();
        };
    problem(field == null ? place : place + "/" + field, text);
  }

  /** File, line and entry of a place, and the field in the entry. */
  private String at(JsonPointer place) {
    if (lines == null) {
      lines = lines(yaml);
    }
    String line = "";
    for (JsonPointer each = place; each != null && line.isEmpty(); each = each.head()) {
      Integer number = lines.get(each.toString());
      line = number == null ? "" : ":" + number;
    }
    String list = place.getMatchingProperty();
    JsonPointer rest = place.tail();
    String entry = "";
    if (rest != null && !rest.matches() && LISTS.containsKey(list)) {
      List<String> words = LISTS.get(list);
      JsonNode name = tree.path(list).path(rest.getMatchingIndex()).path(words.get(1));
      entry =
          name.isValueNode()
              ? words.get(0) + " " + name.asText() + ": "
              : list + "[" + rest.getMatchingIndex() + "]: ";
      rest = rest.tail();
    } else {
      rest = place;
    }
    String field = rest == null || rest.matches() ? "" : rest.toString().substring(1) + ": ";
    return file + line + ": " + entry + field.replace('/', '.');
  }

  /** The line of everything that the YAML holds, by JSON pointer. */
  private static Map<String, Integer> lines(String yaml) {
    Map<String, Integer> lines = new HashMap<>();
    try (JsonParser parser = YAML.createParser(yaml)) {
      while (parser.nextToken() != null) {
        lines.putIfAbsent(
            parser.getParsingContext().pathAsPointer().toString(),
            parser.currentTokenLocation().getLineNr());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lines;
  }
}
