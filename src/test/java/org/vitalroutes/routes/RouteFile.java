package org.vitalroutes.routes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A route file as its rules see it.
 *
 * @param name of the file
 * @param text as it was written
 * @param tree the YAML in it
 */
record RouteFile(String name, String text, JsonNode tree) {

  static final String SUFFIX = ".camel.yaml";

  private static final ObjectMapper YAML =
      new ObjectMapper(
          YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());
  private static final Pattern HEADER_FIELD = Pattern.compile("# ([A-Z][a-z]+):\\s*(.*)");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(.*?)}}");

  static RouteFile of(String name, String text) {
    try {
      return new RouteFile(name, text, YAML.readTree(text));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(name + " is not YAML: " + e.getMessage(), e);
    }
  }

  /** The room that the file is. */
  String room() {
    return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
  }

  /** The package below {@code steps} that holds the file's steps in Java. */
  String stepsPackage() {
    return room().replace("-", "");
  }

  /** The line over the header's fields. */
  String title() {
    return text.lines().findFirst().orElse("");
  }

  /** The header's fields by name: {@code In}, {@code Out}, {@code Reads}, {@code Fails}. */
  Map<String, String> header() {
    Map<String, String> fields = new LinkedHashMap<>();
    String latest = null;
    for (String line : text.lines().skip(1).takeWhile(line -> line.startsWith("#")).toList()) {
      Matcher field = HEADER_FIELD.matcher(line);
      if (field.matches()) {
        latest = field.group(1);
        fields.put(latest, field.group(2).strip());
      } else if (latest != null) {
        fields.merge(latest, line.substring(1).strip(), (before, more) -> before + "\n" + more);
      }
    }
    return fields;
  }

  /** The names in double braces, without those in comments. */
  Set<String> placeholders() {
    Set<String> names = new LinkedHashSet<>();
    for (Part part : parts()) {
      if (part.value().isTextual()) {
        PLACEHOLDER
            .matcher(part.value().textValue())
            .results()
            .forEach(match -> names.add(match.group(1)));
      }
    }
    return names;
  }

  /** Everything in the file, from the outside in. */
  List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    collect(tree, new Part("", tree, name, List.of()), parts);
    return parts;
  }

  private static void collect(JsonNode node, Part self, List<Part> parts) {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      Part part = self.below(field.getKey(), field.getValue());
      parts.add(part);
      collect(field.getValue(), part, parts);
    }
    if (node.isArray()) {
      for (JsonNode element : node) {
        Part part = self.below("-", element);
        parts.add(part);
        collect(element, part, parts);
      }
    }
  }

  /**
   * A value in the file.
   *
   * @param key under which it stands; {@code -} for an element of a list
   * @param value the YAML there
   * @param place file, route and step, for a person
   * @param above the keys above it, outermost first
   */
  record Part(String key, JsonNode value, String place, List<String> above) {

    private Part below(String name, JsonNode child) {
      List<String> path = new ArrayList<>(above);
      path.add(key);
      String here = place;
      if (child.hasNonNull("id")) {
        here += ", " + (name.equals("-") ? "part" : name) + " " + child.get("id").asText();
      }
      return new Part(name, child, here, List.copyOf(path));
    }

    /** Whether it is a step of a route: the value under the name of the step. */
    boolean isStep() {
      int depth = above.size();
      return depth > 1
          && !key.equals("-")
          && above.get(depth - 1).equals("-")
          && above.get(depth - 2).equals("steps");
    }

    /** Whether it is a route or a configuration. */
    boolean isEntry() {
      return above.size() == 2;
    }

    String text(String field) {
      return value.path(field).asText("");
    }
  }
}
