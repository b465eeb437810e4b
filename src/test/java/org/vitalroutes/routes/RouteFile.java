package org.vitalroutes.routes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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

  private static final Pattern PARAMETER = Pattern.compile(":#\\$\\{properties:([a-z.-]+)}");

  private static final Pattern INTERNAL = Pattern.compile("(direct|seda):[a-z0-9-]+");
  private static final Pattern BY_PROVIDER =
      Pattern.compile("(direct|seda):\\$\\{[a-zA-Z.]+}(-[a-z0-9-]+)");

  static RouteFile of(String name, String text) {
    try {
      return new RouteFile(name, text, YAML.readTree(text));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(name + " is not YAML: " + e.getMessage(), e);
    }
  }

  /** The file's name without its suffix, with which the ids of its routes begin. */
  String stem() {
    return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
  }

  /** The package below {@code steps} that holds the file's steps in Java. */
  String stepsPackage() {
    return stem().replace("-", "");
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

  /**
   * The names in double braces, without those in comments, and those that a statement of the file
   * takes as parameters.
   */
  Set<String> placeholders() {
    Set<String> names = new LinkedHashSet<>();
    for (Part part : parts()) {
      if (part.value().asText().startsWith("sql:classpath:")) {
        PARAMETER
            .matcher(statement(part.value().asText().substring("sql:classpath:".length())))
            .results()
            .forEach(match -> names.add(match.group(1)));
      }
      if (part.value().isTextual()) {
        PLACEHOLDER
            .matcher(part.value().textValue())
            .results()
            .forEach(match -> names.add(match.group(1)));
      }
    }
    return names;
  }

  private static String statement(String name) {
    try (InputStream statement = RouteFile.class.getResourceAsStream("/" + name)) {
      return new String(statement.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The {@code direct:} and {@code seda:} endpoints that the file's routes consume. */
  Set<String> consumes() {
    Set<String> endpoints = new LinkedHashSet<>();
    for (Part part : parts()) {
      if (part.isConsumer() && INTERNAL.matcher(part.value().asText()).matches()) {
        endpoints.add(part.value().asText());
      }
    }
    return endpoints;
  }

  /** The {@code direct:} and {@code seda:} endpoints that the file's routes send to. */
  Set<String> sendsTo() {
    Set<String> endpoints = new LinkedHashSet<>();
    for (Part part : parts()) {
      if (part.isProducer() && INTERNAL.matcher(part.value().asText()).matches()) {
        endpoints.add(part.value().asText());
      }
    }
    return endpoints;
  }

  /**
   * The endpoints that the file's routes send to and that the account's provider is a part of, such
   * as {@code direct:${variable.account.provider}-refresh}: what stands before and after it.
   */
  Set<ByProvider> sendsToProvider() {
    Set<ByProvider> endpoints = new LinkedHashSet<>();
    for (Part part : parts()) {
      Matcher uri = BY_PROVIDER.matcher(part.value().asText());
      if (part.isProducer() && uri.matches()) {
        endpoints.add(new ByProvider(uri.group(1), uri.group(2)));
      }
    }
    return endpoints;
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

  /** An endpoint with the provider left out of its name. */
  record ByProvider(String scheme, String suffix) {

    String of(String provider) {
      return scheme + ":" + provider + suffix;
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

    /** Whether it is the address from which a route gets its messages. */
    boolean isConsumer() {
      return key.equals("uri") && above.get(above.size() - 1).equals("from");
    }

    /** Whether it is an address that a route sends to, by a step or to enrich a message. */
    boolean isProducer() {
      int depth = above.size();
      return (key.equals("uri") && !isConsumer())
          || (key.equals("expression")
              && depth > 2
              && above
                  .subList(depth - 3, depth)
                  .equals(List.of("enrich", "expression", "constant")));
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
