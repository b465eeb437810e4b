package org.vitalroutes.routes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * A route file as its rules see it. Of one in Java, only the header and what its text says of
 * routes and endpoints is seen.
 *
 * @param name of the file
 * @param text as it was written
 * @param tree the YAML in it; empty for Java
 * @param marks line and column of each value of the tree, by its pointer
 */
public record RouteFile(String name, String text, JsonNode tree, Map<String, String> marks) {

  static final String SUFFIX = ".camel.yaml";
  static final String JAVA = ".java";

  private static final ObjectMapper YAML =
      new ObjectMapper(
          YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());
  private static final Pattern HEADER_FIELD = Pattern.compile("(?:#|//) ([A-Z][a-z]+):\\s*(.*)");
  private static final Pattern JAVA_ROUTE = Pattern.compile("\\.routeId\\(\"([^\"]+)\"");
  private static final Pattern JAVA_FROM =
      Pattern.compile("\\bfrom\\(\"((?:direct|seda):[a-z0-9-]+)");
  private static final Pattern JAVA_TO =
      Pattern.compile("\\.(?:to|enrich|wireTap)\\(\"((?:direct|seda):[a-z0-9-]+)");
  private static final Pattern JAVA_CONFIGURATION =
      Pattern.compile("\\.routeConfigurationId\\(\"([^\"]+)\"");
  private static final Pattern JAVA_VARIABLE = Pattern.compile("\\.setVariable\\(\"([^\"]+)\"");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(.*?)}}");

  private static final Pattern PARAMETER = Pattern.compile("\\$\\{properties:([a-z.-]+)}");

  private static final Pattern INTERNAL = Pattern.compile("(direct|seda):[a-z0-9-]+");
  private static final Pattern BY_PROVIDER =
      Pattern.compile("(direct|seda):\\$\\{[a-zA-Z.]+}(-[a-z0-9-]+)");

  /**
   * Reads a file.
   *
   * @throws RouteSyntaxException with line and column when it is no YAML
   */
  public static RouteFile of(String name, String text) {
    if (name.endsWith(JAVA)) {
      return new RouteFile(name, text, YAML.createArrayNode(), Map.of());
    }
    try {
      Map<String, String> marks = new HashMap<>();
      mark("", new Yaml().compose(new StringReader(text)), marks);
      return new RouteFile(name, text, YAML.readTree(text), marks);
    } catch (MarkedYAMLException e) {
      Mark at = e.getProblemMark();
      throw new RouteSyntaxException(
          name + ":" + position(at) + ": " + e.getProblem() + " (" + e.getContext() + ")", e);
    } catch (JsonProcessingException e) {
      throw new RouteSyntaxException(
          name
              + ":"
              + e.getLocation().getLineNr()
              + ":"
              + e.getLocation().getColumnNr()
              + ": "
              + e.getOriginalMessage(),
          e);
    }
  }

  private static void mark(String pointer, @Nullable Node node, Map<String, String> marks) {
    if (node instanceof MappingNode mapping) {
      for (NodeTuple entry : mapping.getValue()) {
        String below = pointer + "/" + ((ScalarNode) entry.getKeyNode()).getValue();
        marks.put(below, position(entry.getKeyNode().getStartMark()));
        mark(below, entry.getValueNode(), marks);
      }
    } else if (node instanceof SequenceNode sequence) {
      for (int i = 0; i < sequence.getValue().size(); i++) {
        Node element = sequence.getValue().get(i);
        marks.put(pointer + "/" + i, position(element.getStartMark()));
        mark(pointer + "/" + i, element, marks);
      }
    }
  }

  private static String position(Mark mark) {
    return (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
  }

  /** File, line and column of a value, or of the nearest one around it. */
  String place(String pointer) {
    String known = pointer;
    while (!known.isEmpty() && !marks.containsKey(known)) {
      known = known.substring(0, known.lastIndexOf('/'));
    }
    return known.isEmpty() ? name : name + ":" + marks.get(known);
  }

  /** The file's name without its suffix, in kebab-case: the ids of its routes begin with it. */
  String stem() {
    if (name.endsWith(JAVA)) {
      String type = name.substring(0, name.length() - JAVA.length());
      return type.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }
    return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
  }

  /** Whether a route is of this file, by its id. */
  public boolean owns(String routeId) {
    return routeId.startsWith(stem() + "-");
  }

  /** Whether it is in Java. */
  public boolean isJava() {
    return name.endsWith(JAVA);
  }

  /** The routes in it. */
  public long routes() {
    return name.endsWith(JAVA) ? found(JAVA_ROUTE).size() : entries("route");
  }

  /** The route configurations in it. */
  public long configurations() {
    return entries("routeConfiguration");
  }

  private long entries(String kind) {
    return parts().stream().filter(part -> part.isEntry() && part.key().equals(kind)).count();
  }

  /** What a file in Java says by a pattern. */
  private Set<String> found(Pattern java) {
    return java.matcher(tree.isEmpty() ? text : "")
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** The package below {@code steps} that holds the file's steps in Java. */
  String stepsPackage() {
    return stem().replace("-", "");
  }

  /** The line over the header's fields, without what makes it a comment. */
  String title() {
    return text.lines().findFirst().orElse("").replaceFirst("^(#|//) ", "");
  }

  /** The header's fields by name: {@code In}, {@code Out}, {@code Reads}, {@code Fails}. */
  Map<String, String> header() {
    Map<String, String> fields = new LinkedHashMap<>();
    String latest = null;
    for (String line : text.lines().skip(1).takeWhile(RouteFile::isComment).toList()) {
      Matcher field = HEADER_FIELD.matcher(line);
      if (field.matches()) {
        latest = field.group(1);
        fields.put(latest, field.group(2).strip());
      } else if (latest != null) {
        fields.merge(
            latest,
            line.replaceFirst("^(#|//)", "").strip(),
            (before, more) -> before + "\n" + more);
      }
    }
    return fields;
  }

  /**
   * The names in double braces, without those in comments, and the settings that a statement of the
   * file names.
   */
  Set<String> placeholders() {
    Set<String> names = new LinkedHashSet<>();
    if (name.endsWith(JAVA)) {
      PLACEHOLDER.matcher(text).results().forEach(match -> names.add(match.group(1)));
    }
    for (Part part : parts()) {
      if (part.value().asText().startsWith("resource:classpath:")) {
        PARAMETER
            .matcher(statement(part.value().asText().substring("resource:classpath:".length())))
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

  private static boolean isComment(String line) {
    return line.startsWith("#") || line.startsWith("//");
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
    Set<String> endpoints = new LinkedHashSet<>(found(JAVA_FROM));
    for (Part part : parts()) {
      if (part.isConsumer() && INTERNAL.matcher(part.value().asText()).matches()) {
        endpoints.add(part.value().asText());
      }
    }
    return endpoints;
  }

  /** The {@code direct:} and {@code seda:} endpoints that the file's routes send to. */
  Set<String> sendsTo() {
    Set<String> endpoints = new LinkedHashSet<>(found(JAVA_TO));
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

  /** The addresses from which a second route of the file gets its messages. */
  List<Part> consumesTwice() {
    Set<String> seen = new HashSet<>();
    return parts().stream()
        .filter(part -> part.isConsumer() && INTERNAL.matcher(part.value().asText()).matches())
        .filter(part -> !seen.add(part.value().asText()))
        .toList();
  }

  /** The ids of routes of a file in Java. */
  Set<String> javaRoutes() {
    return found(JAVA_ROUTE);
  }

  /** The configurations that a file in Java names. */
  Set<String> javaConfigurations() {
    return found(JAVA_CONFIGURATION);
  }

  /** The variables that the file's routes set. */
  Set<String> variablesSet() {
    Set<String> names = new LinkedHashSet<>(found(JAVA_VARIABLE));
    for (Part part : parts()) {
      boolean set =
          part.key().equals("variableReceive")
              || (part.key().equals("name") && part.isIn("setVariable"));
      if (set && part.value().isTextual()) {
        names.add(part.value().textValue());
      }
    }
    return names;
  }

  /** Everything in the file, from the outside in. */
  List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    collect(tree, new Part("", tree, this, "", "", List.of()), parts);
    return parts;
  }

  private static void collect(JsonNode node, Part self, List<Part> parts) {
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      Part part = self.below(field.getKey(), field.getKey(), field.getValue());
      parts.add(part);
      collect(field.getValue(), part, parts);
    }
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        Part part = self.below("-", String.valueOf(i), node.get(i));
        parts.add(part);
        collect(node.get(i), part, parts);
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
   * @param file that it is in
   * @param pointer to it in the file's tree
   * @param within the route and step that it is in, for a person
   * @param above the keys above it, outermost first
   */
  record Part(
      String key,
      JsonNode value,
      RouteFile file,
      String pointer,
      String within,
      List<String> above) {

    private Part below(String name, String token, JsonNode child) {
      List<String> path = new ArrayList<>(above);
      path.add(key);
      String here = within;
      if (child.hasNonNull("id")) {
        here += ", " + (name.equals("-") ? "part" : name) + " " + child.get("id").asText();
      }
      return new Part(name, child, file, pointer + "/" + token, here, List.copyOf(path));
    }

    /** File, line, column, route and step. */
    String place() {
      return file.place(pointer) + within;
    }

    /** Whether it is directly in a value of a name. */
    boolean isIn(String name) {
      return above.get(above.size() - 1).equals(name);
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
