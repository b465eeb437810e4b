package org.vitalroutes.routes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.vitalroutes.routes.RouteFile.Part;

/** The rules of route files. A rule lists its violations, each with its place and the remedy. */
enum RouteRule {
  /** Camel's published schema: a misspelt step or option is found with its place. */
  SCHEMA(true),
  /** Every step in Java is there. */
  BEANS(true),
  /** Every internal endpoint that is sent to has a consumer, and one only. */
  CONSUMERS(true),
  /** Every configuration that a route names is there, and the one for routes that name none. */
  CONFIGURATIONS(true),
  /** Every variable that a route reads, or a step in Java needs, is set by some route. */
  VARIABLES(true),
  /** Every id is unique, and a route's id begins with the name of its file. */
  NAMES(false),
  /**
   * Every route has a description, and names a configuration for its failures if it starts a
   * message.
   */
  PURPOSE(false),
  /**
   * Every step that decides, leaves the route or calls Java has an id; every step in Java is a
   * method of the route file's own package or of {@code steps} itself, and every such method is a
   * step.
   */
  STEPS(false),
  /** One notation, so that there is one way to read a route. */
  CANONICAL(false),
  /** Every internal endpoint has a sender, and headers name those between files. */
  ENDPOINTS(false),
  /** A file sends only to files below it: the files form no circle. */
  ACYCLIC(false),
  /** The header lists the settings that the file reads and its failures, and is checked. */
  HEADER(false),
  /** Health data does not go to logs. */
  LOGS(false),
  /** Logic is in Java, with a compiler and tests. */
  SIMPLICITY(false);

  private static final Pattern KEBAB = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");
  private static final Pattern SENTENCE = Pattern.compile("[A-Z]\\S*( \\S+){2,}");
  private static final Pattern INTERNAL_ENDPOINT = Pattern.compile("(direct|seda):[a-z0-9-]+");

  private static final Pattern EXCEPTION = Pattern.compile("[A-Z][A-Za-z]*Exception");
  private static final Pattern LEAK =
      Pattern.compile(
          "\\$\\{(in\\.|out\\.)?(?i:body|bodyAs|bodyOneLine|mandatoryBodyAs|originalBody|pretty"
              + "|headers?|headerAs|exception|messageAs|messageHistory|attachments?|variables)\\b");
  private static final Set<String> MOVES =
      Set.of(
          "convertBodyTo",
          "removeHeader",
          "removeHeaders",
          "removeProperty",
          "setBody",
          "setHeader",
          "setHeaders",
          "setVariable",
          "unmarshal");
  private static final Set<String> LANGUAGES =
      Set.of("constant", "header", "method", "simple", "tokenize", "variable");
  private static final Set<String> OTHER_LANGUAGES =
      Set.of(
          "csimple",
          "datasonnet",
          "exchangeProperty",
          "groovy",
          "hl7terser",
          "java",
          "joor",
          "jq",
          "js",
          "jsonpath",
          "language",
          "mvel",
          "ognl",
          "python",
          "ref",
          "spel",
          "wasm",
          "xpath",
          "xquery",
          "xtokenize");
  private static final Pattern COMPARISON =
      Pattern.compile(
          " (==|=~|!=|!=~|>|>=|<|<=|\\?|!?(contains|regex|in|is|range|startsWith|endsWith)) ");
  private static final int LONGEST_SIMPLE = 80;

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{variable[.:](\\w+)");

  private final boolean keepsFromRunning;

  RouteRule(boolean keepsFromRunning) {
    this.keepsFromRunning = keepsFromRunning;
  }

  /** Whether a route that breaks it cannot run, or would lose messages. */
  boolean keepsFromRunning() {
    return keepsFromRunning;
  }

  /** The violations; empty when there are none. */
  List<String> broken(RouteFolder folder) {
    return switch (this) {
      case SCHEMA -> schema(folder);
      case BEANS -> beans(folder);
      case CONSUMERS -> consumers(folder);
      case CONFIGURATIONS -> configurations(folder);
      case VARIABLES -> variables(folder);
      case NAMES -> names(folder);
      case PURPOSE -> purpose(folder);
      case STEPS -> steps(folder);
      case CANONICAL -> canonical(folder);
      case ENDPOINTS -> endpoints(folder);
      case ACYCLIC -> acyclic(folder);
      case HEADER -> header(folder);
      case LOGS -> logs(folder);
      case SIMPLICITY -> simplicity(folder);
    };
  }

  private static List<String> schema(RouteFolder folder) {
    List<String> broken = new ArrayList<>();
    for (RouteFile file : folder.files()) {
      broken.addAll(RouteSchema.PUBLISHED.problems(file));
    }
    return broken;
  }

  private static List<String> names(RouteFolder folder) {
    List<String> broken = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    for (RouteFile file : folder.files()) {
      if (!file.name().matches(".*(\\.camel\\.yaml|\\.java)")
          || !KEBAB.matcher(file.stem()).matches()) {
        broken.add(file.name() + ": name it <concern>" + RouteFile.SUFFIX + ", in kebab-case");
      }
      for (String id : file.javaRoutes()) {
        if (!id.startsWith(file.stem() + "-")) {
          broken.add(
              file.name() + ", route " + id + ": let the id begin with " + file.stem() + "-");
        }
        if (!seen.add("route " + id)) {
          broken.add(file.name() + ", route " + id + ": the id is taken; choose another");
        }
      }
      for (Part entry : entries(file)) {
        String id = entry.text("id");
        if (id.isEmpty() && leavesFailuresToTheCaller(entry)) {
          continue;
        }
        if (id.isEmpty()) {
          broken.add(entry.place() + ": give the " + entry.key() + " an id");
          continue;
        }
        if (!KEBAB.matcher(id).matches()) {
          broken.add(entry.place() + ": write the id in kebab-case");
        }
        if (entry.key().equals("route") && !id.startsWith(file.stem() + "-")) {
          broken.add(entry.place() + ": let the id begin with " + file.stem() + "-");
        }
        if (!seen.add(entry.key() + " " + id)) {
          broken.add(entry.place() + ": the id is taken; choose another");
        }
      }
    }
    return broken;
  }

  private static List<String> purpose(RouteFolder folder) {
    List<String> broken = new ArrayList<>();
    for (Part configuration : routeConfigurations(folder)) {
      if (!leavesFailuresToTheCaller(configuration)
          && !errorHandler(configuration).has("defaultErrorHandler")) {
        broken.add(configuration.place() + ": say errorHandler defaultErrorHandler");
      }
    }
    for (RouteFile file : folder.files()) {
      for (Part entry : entries(file)) {
        if (!SENTENCE.matcher(entry.text("description")).matches()) {
          broken.add(entry.place() + ": describe it in a sentence that begins with a capital");
        }
        if (!entry.key().equals("route")) {
          continue;
        }
        if (!errorHandler(entry).isMissingNode()) {
          broken.add(
              entry.place()
                  + ": leave the errorHandler to the configurations of errors.camel.yaml");
        }
        String named = entry.text("routeConfigurationId");
        boolean called = entry.value().path("from").path("uri").asText().startsWith("direct:");
        if (named.isEmpty() && !called) {
          broken.add(
              entry.place() + ": name a routeConfigurationId, as no caller handles a failure");
        }
      }
    }
    return broken;
  }

  private static List<String> configurations(RouteFolder folder) {
    List<Part> all = routeConfigurations(folder);
    Set<String> ids =
        all.stream().map(entry -> entry.text("id")).collect(Collectors.toCollection(TreeSet::new));
    List<String> broken = new ArrayList<>();
    if (!all.isEmpty() && all.stream().filter(RouteRule::leavesFailuresToTheCaller).count() != 1) {
      broken.add(
          "errors: write one routeConfiguration with errorHandler noErrorHandler and without an id"
              + " (remove the one that a visual designer gave it); it holds for every route that"
              + " names none");
    }
    for (RouteFile file : folder.files()) {
      for (Part part : file.parts()) {
        if (part.key().equals("routeConfigurationId")) {
          broken.addAll(unknown(part.place(), part.value().asText(), ids));
        }
      }
      file.javaConfigurations().forEach(named -> broken.addAll(unknown(file.name(), named, ids)));
    }
    return broken;
  }

  private static List<Part> routeConfigurations(RouteFolder folder) {
    return folder.files().stream()
        .flatMap(file -> entries(file).stream())
        .filter(entry -> entry.key().equals("routeConfiguration"))
        .toList();
  }

  private static List<String> unknown(String place, String named, Set<String> ids) {
    return Stream.of(named.split(","))
        .filter(id -> !ids.contains(id))
        .map(id -> place + ": no routeConfiguration has the id " + id + Near.suggestion(id, ids))
        .toList();
  }

  private static List<String> variables(RouteFolder folder) {
    Set<String> set = new TreeSet<>();
    folder.files().forEach(file -> set.addAll(file.variablesSet()));
    List<String> broken = new ArrayList<>();
    for (Part part : folder.parts()) {
      for (String name : variablesRead(folder, part)) {
        if (!set.contains(name)) {
          broken.add(
              part.place() + ": no route sets the variable " + name + Near.suggestion(name, set));
        }
      }
    }
    return broken;
  }

  /** The variables that an expression, a step's option or a step in Java reads. */
  private static Set<String> variablesRead(RouteFolder folder, Part part) {
    Set<String> names = new TreeSet<>();
    if (part.value().isTextual()) {
      String text = part.value().textValue();
      VARIABLE.matcher(text).results().forEach(match -> names.add(match.group(1)));
      if (part.key().equals("variableSend")
          || (part.key().equals("expression") && part.isIn("variable"))) {
        names.add(text);
      }
    }
    if (isCallOfBean(part)) {
      StepClass step = folder.steps().get(part.text("ref"));
      if (step != null) {
        String method = part.text("method").split("\\(", 2)[0];
        names.addAll(
            step.variables()
                .getOrDefault(
                    method.isEmpty() && step.isMarked() ? step.methods().get(0) : method,
                    Set.of()));
      }
    }
    return names;
  }

  private static boolean leavesFailuresToTheCaller(Part configuration) {
    return configuration.text("id").isEmpty() && errorHandler(configuration).has("noErrorHandler");
  }

  private static JsonNode errorHandler(Part entry) {
    return entry.value().path("errorHandler");
  }

  private static List<String> steps(RouteFolder folder) {
    List<String> broken = new ArrayList<>();
    Set<String> ids = new LinkedHashSet<>();
    for (Part part : folder.parts()) {
      if (part.isStep() && part.value().isObject()) {
        String id = part.text("id");
        if (id.isEmpty() && movesOnly(part)) {
          continue;
        }
        if (!KEBAB.matcher(id).matches()) {
          broken.add(part.place() + ": give the step " + part.key() + " an id in kebab-case");
        } else if (!ids.add(id)) {
          broken.add(part.place() + ": the id is taken by another step; choose one of its own");
        }
      }
    }
    Set<String> used = new TreeSet<>();
    for (Part part : folder.parts()) {
      if (isCallOfBean(part)) {
        broken.addAll(style(folder, part, used));
      }
    }
    folder
        .steps()
        .forEach(
            (name, step) ->
                step.methods()
                    .forEach(
                        method -> {
                          if (!used.contains(name + "." + method)
                              && (!step.isHelper() || step.isNamedIn(used, name))) {
                            broken.add(
                                "the step "
                                    + name
                                    + (step.isMarked() ? "" : "." + method)
                                    + " is used by no route; use it or delete it");
                          }
                        }));
    return broken;
  }

  /** Whether a step moves data within the message and calls nothing. */
  private static boolean movesOnly(Part step) {
    return MOVES.contains(step.key()) && step.value().findValue("method") == null;
  }

  private static boolean isCallOfBean(Part part) {
    return part.value().isObject()
        && ((part.key().equals("bean") && part.isStep()) || part.key().equals("method"));
  }

  private static List<String> beans(RouteFolder folder) {
    List<String> broken = new ArrayList<>();
    for (Part part : folder.parts()) {
      if (isCallOfBean(part) && !part.value().has("beanType")) {
        String ref = part.text("ref");
        String method = part.text("method").split("\\(", 2)[0];
        StepClass step = folder.steps().get(ref);
        if (step == null) {
          broken.add(
              part.place()
                  + ": no component in the package steps is called "
                  + ref
                  + Near.suggestion(ref, folder.steps().keySet()));
        } else if (method.isEmpty() && (!step.isMarked() || step.methods().size() != 1)) {
          broken.add(
              part.place()
                  + ": "
                  + ref
                  + " does not have one method marked with @Handler; say which method");
        } else if (!method.isEmpty() && !step.isMarked() && !step.methods().contains(method)) {
          broken.add(
              part.place()
                  + ": "
                  + ref
                  + " has no one method "
                  + method
                  + Near.suggestion(method, step.methods()));
        }
      }
    }
    return broken;
  }

  /** How a bean is not called though it could be; adds its method to those used. */
  private static List<String> style(RouteFolder folder, Part part, Set<String> used) {
    String ref = part.text("ref");
    String method = part.text("method").split("\\(", 2)[0];
    StepClass step = folder.steps().get(ref);
    List<String> broken = new ArrayList<>();
    if (part.value().has("beanType")) {
      broken.add(part.place() + ": say ref, and method where the class has several");
    }
    if (step == null) {
      return broken;
    }
    if (!step.folder().isEmpty() && !step.folder().equals(part.file().stepsPackage())) {
      broken.add(
          part.place()
              + ": "
              + ref
              + " is of steps/"
              + step.folder()
              + "; move it to the package steps if several route files need it");
    }
    if (method.isEmpty()) {
      step.methods().forEach(each -> used.add(ref + "." + each));
    } else if (step.isMarked()) {
      broken.add(part.place() + ": say ref only; the class marks its one method with @Handler");
    }
    if (step.methods().contains(method)) {
      used.add(ref + "." + method);
    }
    return broken;
  }

  private static List<String> canonical(RouteFolder folder) {
    List<String> broken = new ArrayList<>();
    for (RouteFile file : folder.files()) {
      if (RouteSchema.PUBLISHED.problems(file).isEmpty()) {
        for (String problem : RouteSchema.CANONICAL.problems(file)) {
          broken.add(problem + "; write the long notation");
        }
      }
    }
    for (Part part : folder.parts()) {
      boolean address = part.key().equals("uri") || part.key().equals("httpUri");
      if (address && part.value().asText().contains("?")) {
        broken.add(part.place() + ": put the options of the URI under parameters");
      }
    }
    folder.files().forEach(file -> broken.addAll(comments(file)));
    return broken;
  }

  /** A visual designer keeps the comments of the head and no other. */
  private static List<String> comments(RouteFile file) {
    List<String> lines = file.isJava() ? List.of() : file.text().lines().toList();
    List<String> broken = new ArrayList<>();
    boolean head = true;
    for (int at = 0; at < lines.size(); at++) {
      boolean comment = lines.get(at).strip().startsWith("#");
      head = head && (comment || lines.get(at).isBlank());
      if (comment && !head) {
        broken.add(
            file.name() + ":" + (at + 1) + ": write the comment as the note of its step or route");
      }
    }
    return broken;
  }

  private static List<String> consumers(RouteFolder folder) {
    List<String> broken = new ArrayList<>();
    Map<String, RouteFile> consumers = new TreeMap<>();
    for (RouteFile file : folder.files()) {
      for (String endpoint : file.consumes()) {
        RouteFile other = consumers.put(endpoint, file);
        if (other != null) {
          broken.add(file.name() + ": " + other.name() + " consumes " + endpoint + " too");
        }
      }
      file.consumesTwice()
          .forEach(
              part ->
                  broken.add(
                      part.place() + ": another route consumes " + part.value().asText() + " too"));
    }
    for (RouteFile file : folder.files()) {
      for (Part part : file.parts()) {
        String uri = part.value().asText();
        if (part.isProducer()
            && INTERNAL_ENDPOINT.matcher(uri).matches()
            && !consumers.containsKey(uri)) {
          broken.add(part.place() + nobodyConsumes(uri) + Near.suggestion(uri, consumers.keySet()));
        }
      }
      if (file.tree().isEmpty()) {
        file.sendsTo().stream()
            .filter(uri -> !consumers.containsKey(uri))
            .forEach(
                uri ->
                    broken.add(
                        file.name()
                            + nobodyConsumes(uri)
                            + Near.suggestion(uri, consumers.keySet())));
      }
      byName(file)
          .filter(endpoints -> consumers.keySet().stream().noneMatch(endpoints.asMatchPredicate()))
          .forEach(endpoints -> broken.add(file.name() + nobodyConsumes(endpoints.pattern())));
    }
    return broken;
  }

  private static String nobodyConsumes(String endpoint) {
    return ": nobody consumes " + endpoint + "; the message would be lost";
  }

  /** The endpoints of which a part is known only when a message comes. */
  private static Stream<Pattern> byName(RouteFile file) {
    return file.sendsToProvider().stream()
        .map(endpoint -> Pattern.compile(endpoint.of("[a-z0-9]+")));
  }

  private static List<String> endpoints(RouteFolder folder) {
    List<String> broken = new ArrayList<>();
    Map<String, RouteFile> consumers = new HashMap<>();
    Map<String, Set<RouteFile>> senders = new HashMap<>();
    for (RouteFile file : folder.files()) {
      file.consumes().forEach(endpoint -> consumers.put(endpoint, file));
      file.sendsTo()
          .forEach(
              endpoint ->
                  senders.computeIfAbsent(endpoint, any -> new LinkedHashSet<>()).add(file));
    }
    List<Pattern> byName = folder.files().stream().flatMap(RouteRule::byName).toList();
    senders.forEach(
        (endpoint, files) -> {
          RouteFile consumer = consumers.get(endpoint);
          if (consumer != null
              && files.stream().anyMatch(sender -> !sender.equals(consumer))
              && !endpointsIn(consumer, "In").contains(endpoint)) {
            broken.add(
                consumer.name()
                    + ": name "
                    + endpoint
                    + " in the header's In, as "
                    + names(files)
                    + " sends to it");
          }
        });
    consumers.forEach(
        (endpoint, file) -> {
          if (!senders.containsKey(endpoint)
              && byName.stream().noneMatch(endpoints -> endpoints.matcher(endpoint).matches())) {
            broken.add(
                file.name() + ": nobody sends to " + endpoint + "; delete the route or use it");
          }
        });
    for (RouteFile file : folder.files()) {
      for (String endpoint : endpointsIn(file, "In")) {
        if (!file.equals(consumers.get(endpoint))) {
          broken.add(
              file.name() + ": the header's In names " + endpoint + ", which it does not consume");
        }
      }
      for (String endpoint : endpointsIn(file, "Out")) {
        if (!senders.getOrDefault(endpoint, Set.of()).contains(file)) {
          broken.add(
              file.name() + ": the header's Out names " + endpoint + ", which it does not send to");
        }
      }
    }
    return broken;
  }

  private static List<String> acyclic(RouteFolder folder) {
    return new RouteMap(folder)
            .circle()
            .map(
                files ->
                    "the route files form a circle: "
                        + String.join(" → ", files)
                        + "; move what both sides need into a file below them")
            .stream()
            .toList();
  }

  private static List<String> header(RouteFolder folder) {
    List<String> broken = new ArrayList<>();
    for (RouteFile file : folder.files()) {
      if (!file.title().startsWith(file.stem() + " — ")) {
        broken.add(file.name() + ": begin with a comment " + file.stem() + " — what it does");
      }
      Map<String, String> header = file.header();
      for (String field : List.of("In", "Out", "Reads", "Fails")) {
        if (header.getOrDefault(field, "").isEmpty()) {
          broken.add(file.name() + ": say in the header what " + field + " is");
        }
      }
      String reads = header.getOrDefault("Reads", "nothing");
      Set<String> declared =
          reads.equals("nothing")
              ? Set.of()
              : Stream.of(reads.split("[,\\s]+")).collect(Collectors.toCollection(TreeSet::new));
      Set<String> placeholders = file.placeholders();
      for (String placeholder : placeholders) {
        if (!declared.contains(placeholder)) {
          broken.add(file.name() + ": name " + placeholder + " in the header's Reads");
        }
        if (!folder.settings().contains(placeholder)) {
          broken.add(
              file.name() + ": give " + placeholder + " its line and default in application.yaml");
        }
      }
      for (String setting : declared) {
        if (!placeholders.contains(setting)) {
          broken.add(file.name() + ": the header's Reads names " + setting + ", which is not used");
        }
      }
      EXCEPTION
          .matcher(header.getOrDefault("Fails", ""))
          .results()
          .map(match -> match.group())
          .filter(exception -> !folder.exceptions().contains(exception))
          .forEach(
              exception ->
                  broken.add(
                      file.name()
                          + ": the header's Fails names "
                          + exception
                          + ", which is no class"));
    }
    return broken;
  }

  private static List<String> logs(RouteFolder folder) {
    List<String> broken = new ArrayList<>();
    for (Part part : folder.parts()) {
      if (part.key().equals("log") && LEAK.matcher(part.text("message")).find()) {
        broken.add(part.place() + ": log ids, codes and counts, not what a message holds");
      }
      if (part.key().equals("uri") && part.value().asText().startsWith("log:")) {
        broken.add(part.place() + ": the log component prints bodies; use a log step");
      }
    }
    return broken;
  }

  private static List<String> simplicity(RouteFolder folder) {
    List<String> broken = new ArrayList<>();
    for (Part part : folder.parts()) {
      boolean expression =
          part.value().isObject() && !part.above().isEmpty() && !part.isEntry() && !part.isStep();
      if ((part.key().equals("script") && part.isStep())
          || (expression && OTHER_LANGUAGES.contains(part.key()))) {
        broken.add(
            part.place()
                + ": write Java instead of "
                + part.key()
                + "; only "
                + new TreeSet<>(LANGUAGES)
                + " are allowed");
      }
      if (part.key().equals("simple") && isLong(expressionText(part.value()))) {
        broken.add(part.place() + ": one comparison at most; let a step in Java decide");
      }
      if (part.key().equals("choice") && part.isStep() && part.above().contains("choice")) {
        broken.add(part.place() + ": a choice in a choice; make the inner one a route of its own");
      }
    }
    return broken;
  }

  private static boolean isLong(String simple) {
    return simple.length() > LONGEST_SIMPLE
        || simple.contains("&&")
        || simple.contains("||")
        || COMPARISON.matcher(simple).results().count() > 1;
  }

  private static String expressionText(JsonNode simple) {
    return simple.isTextual() ? simple.textValue() : simple.path("expression").asText("");
  }

  private static List<Part> entries(RouteFile file) {
    return file.parts().stream()
        .filter(Part::isEntry)
        .filter(part -> part.key().equals("route") || part.key().equals("routeConfiguration"))
        .toList();
  }

  /** The internal endpoints that a field of the header names. */
  private static Set<String> endpointsIn(RouteFile file, String field) {
    return INTERNAL_ENDPOINT
        .matcher(file.header().getOrDefault(field, ""))
        .results()
        .map(match -> match.group())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String names(Set<RouteFile> files) {
    return files.stream().map(RouteFile::name).sorted().collect(Collectors.joining(", "));
  }
}
