package org.vitalroutes.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks the route files against the rules, and the rules against wrong files. */
class RouteFilesTest {

  private static final RouteFolder PROJECT = RouteFolder.ofProject();

  @ParameterizedTest
  @EnumSource
  void the_route_files_keep_the_rule(RouteRule rule) {
    assertThat(rule.broken(PROJECT)).as("violations of the rule %s", rule).isEmpty();
  }

  @Test
  void there_are_routes_steps_and_settings_to_check() {
    assertThat(PROJECT.files()).hasSizeGreaterThan(5);
    assertThat(PROJECT.steps()).hasSizeGreaterThan(20);
    assertThat(PROJECT.settings()).contains("withings.api-url");
  }

  private static final String SAMPLE =
      """
      # sample — keeps every rule
      # In:    direct:sample-in    Integer
      # Out:   the caller          Integer
      # Reads: sample.every
      # Fails: SampleException

      - route:
          id: sample-run
          description: Counts every now and then
          routeConfigurationId: background
          from:
            uri: timer:sample
            parameters:
              period: "{{sample.every}}"
            steps:
              - setBody:
                  id: one
                  expression:
                    constant:
                      expression: "1"
              - choice:
                  id: if-it-is-one
                  when:
                    - expression:
                        simple:
                          expression: "${body} == 1"
                      steps:
                        - to:
                            id: to-sample-in
                            uri: direct:sample-in

      - route:
          id: sample-in
          description: Doubles a number and says so
          from:
            uri: direct:sample-in
            steps:
              - bean:
                  id: double-number
                  ref: doubleNumber
              - log:
                  id: say-so
                  message: "a number was doubled in ${routeId}"
      """;

  private static final String ERRORS =
      """
      # errors — what happens when something fails
      # In:    an exception
      # Out:   nothing
      # Reads: nothing
      # Fails: nothing

      - routeConfiguration:
          description: Leaves a failure to the caller
          errorHandler:
            noErrorHandler: {}

      - routeConfiguration:
          id: background
          description: Records a failure and goes on
          errorHandler:
            defaultErrorHandler: {}
          onException:
            - onException:
                id: failed
                exception:
                  - java.lang.Exception
                handled:
                  constant:
                    expression: "true"
                steps:
                  - bean:
                      id: note-failure
                      ref: noteFailure
      """;

  @Test
  void the_sample_keeps_every_rule() {
    assertThat(broken(folder("sample.camel.yaml", SAMPLE))).isEmpty();
  }

  @Test
  void a_step_that_only_moves_data_needs_no_id() {
    String unnamed = SAMPLE.replace("            id: one\n", "");

    assertThat(unnamed).isNotEqualTo(SAMPLE);
    assertThat(broken(folder("sample.camel.yaml", unnamed))).isEmpty();
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("wrongFiles")
  void a_wrong_file_breaks_its_rule_and_no_other(
      RouteRule rule, String right, String wrong, String complaint) {
    assertThat(SAMPLE).contains(right);
    var broken = broken(folder("sample.camel.yaml", SAMPLE.replace(right, wrong)));

    assertThat(broken).containsOnlyKeys(rule);
    assertThat(broken.get(rule)).anySatisfy(problem -> assertThat(problem).contains(complaint));
  }

  static Stream<Arguments> wrongFiles() {
    return Stream.of(
        wrong(RouteRule.SCHEMA, "- setBody:", "- setBoddy:", "setBoddy"),
        wrong(
            RouteRule.SCHEMA,
            "ref: doubleNumber",
            "ref: doubleNumber\n            reff: x",
            "reff"),
        wrong(
            RouteRule.NAMES,
            "id: sample-in\n",
            "id: in\n",
            "route in: let the id begin with sample-"),
        wrong(RouteRule.NAMES, "id: sample-in\n", "id: sample-In\n", "kebab-case"),
        wrong(RouteRule.NAMES, "id: sample-in\n", "id: sample-run\n", "the id is taken"),
        wrong(RouteRule.NAMES, "    id: sample-in\n", "", "give the route an id"),
        wrong(RouteRule.PURPOSE, "Doubles a number and says so", "doubling", "describe it"),
        wrong(
            RouteRule.PURPOSE,
            "    description: Doubles a number and says so\n",
            "",
            "describe it"),
        wrong(
            RouteRule.CONFIGURATIONS,
            "Id: background",
            "Id: backgruond",
            "no routeConfiguration has the id backgruond; did you mean background?"),
        wrong(
            RouteRule.PURPOSE,
            "    routeConfigurationId: background\n",
            "",
            "name a routeConfigurationId"),
        wrong(
            RouteRule.PURPOSE,
            "    routeConfigurationId: background\n",
            "    routeConfigurationId: background\n    errorHandler:\n      noErrorHandler: {}\n",
            "leave the errorHandler"),
        wrong(RouteRule.STEPS, "            id: double-number\n", "", "give the step bean an id"),
        wrong(RouteRule.STEPS, "id: double-number", "id: doubleNumber", "kebab-case"),
        wrong(RouteRule.STEPS, "id: double-number", "id: one", "the id is taken by another step"),
        wrong(
            RouteRule.STEPS,
            "ref: doubleNumber",
            "ref: noteFailure",
            "doubleNumber is used by no route"),
        wrong(
            RouteRule.BEANS,
            "- bean:",
            twice("bean", "helpr"),
            "sample.camel.yaml:38:11, route sample-in, bean one-more: no component in the package"
                + " steps is called helpr; did you mean helper?"),
        wrong(RouteRule.BEANS, "- bean:", twice("bean", "helper"), "say which method"),
        wrong(
            RouteRule.BEANS,
            "- bean:",
            twice("bean", "numbers\n            method: halve"),
            "numbers has no one method halve"),
        wrong(
            RouteRule.STEPS,
            "- bean:",
            twice("bean", "numbers\n            method: add"),
            "the step numbers.subtract is used by no route"),
        wrong(
            RouteRule.STEPS,
            "- bean:",
            twice("bean", "otherNumber\n            method: apply"),
            "otherNumber is of steps/other"),
        wrong(
            RouteRule.STEPS,
            "ref: doubleNumber",
            "ref: doubleNumber\n            method: apply",
            "say ref only"),
        wrong(
            RouteRule.CANONICAL,
            "expression:\n              constant:\n                expression: \"1\"",
            "constant: \"1\"",
            "long notation"),
        wrong(
            RouteRule.CANONICAL,
            "constant:\n                expression: \"1\"",
            "constant: \"1\"",
            "long notation"),
        wrong(
            RouteRule.CANONICAL,
            "    id: sample-in\n",
            "    # Of the sample.\n    id: sample-in\n",
            "write the comment as the note"),
        wrong(RouteRule.CANONICAL, "- bean:", "- to: mock:end\n        - bean:", "long notation"),
        wrong(
            RouteRule.CANONICAL,
            "uri: timer:sample",
            "uri: timer:sample?delay=1",
            "under parameters"),
        wrong(
            RouteRule.CANONICAL,
            "- route:\n    id: sample-in\n",
            "- from:\n    uri: timer:other\n    steps: []\n\n- route:\n    id: sample-in\n",
            "long notation"),
        wrong(
            RouteRule.CONSUMERS,
            "- log:",
            "- to:\n            id: away\n            uri: direct:sample-on\n        - log:",
            "sample.camel.yaml:43:13, route sample-in, to away: nobody consumes direct:sample-on;"
                + " the message would be lost; did you mean direct:sample-in?"),
        wrong(
            RouteRule.CONSUMERS,
            "uri: timer:sample",
            "uri: direct:sample-in",
            "another route consumes direct:sample-in too"),
        wrong(
            RouteRule.VARIABLES,
            "expression: \"${body} == 1\"",
            "expression: \"${variable.number} == 1\"",
            "no route sets the variable number"),
        wrong(
            RouteRule.ENDPOINTS,
            "uri: direct:sample-in\n\n",
            "uri: mock:end\n\n",
            "nobody sends to"),
        wrong(
            RouteRule.ENDPOINTS,
            "# In:    direct:sample-in ",
            "# In:    direct:sample ",
            "In names"),
        wrong(RouteRule.ENDPOINTS, "# Out:   the caller", "# Out:   direct:elsewhere", "Out names"),
        wrong(
            RouteRule.HEADER, "# Reads: sample.every", "# Reads: nothing", "name sample.every in"),
        wrong(RouteRule.HEADER, "sample.every", "sample.unset", "its line and default"),
        wrong(RouteRule.HEADER, "Reads: sample", "Reads: sample.size, sample", "is not used"),
        wrong(RouteRule.HEADER, "# Fails: SampleException\n", "", "what Fails is"),
        wrong(RouteRule.HEADER, "SampleException", "SampelException", "is no class"),
        wrong(RouteRule.HEADER, "# sample — ", "# simple — ", "begin with a comment sample —"),
        wrong(RouteRule.LOGS, "${routeId}", "${body}", "log say-so: log ids"),
        wrong(RouteRule.LOGS, "${routeId}", "${header.userid}", "log ids"),
        wrong(RouteRule.LOGS, "${routeId}", "${exception.message}", "log ids"),
        wrong(
            RouteRule.LOGS,
            "- log:",
            "- to:\n            id: show\n            uri: log:sample\n        - log:",
            "prints bodies"),
        wrong(RouteRule.SIMPLICITY, "constant:", "groovy:", "instead of groovy"),
        wrong(
            RouteRule.SIMPLICITY,
            "- log:",
            "- script:\n            id: code\n            expression:\n              groovy:\n"
                + "                expression: \"1\"\n        - log:",
            "instead of script"),
        wrong(
            RouteRule.SIMPLICITY, "${body} == 1", "${body} == 1 && ${body} != 2", "one comparison"),
        wrong(RouteRule.SIMPLICITY, "${body} == 1", "${body} > 1 ? 'a' : 'b'", "one comparison"),
        wrong(
            RouteRule.SIMPLICITY,
            "- to:\n",
            "- choice:\n                      id: again\n                      when: []\n"
                + "                  - to:\n",
            "a choice in a choice"));
  }

  @Test
  void the_configuration_of_routes_that_name_none_is_missed_when_a_designer_gave_it_an_id() {
    RouteFile errors =
        RouteFile.of(
            "errors.camel.yaml",
            ERRORS.replaceFirst(
                "    description", "    id: routeConfiguration-2048\n    description"));

    assertThat(
            RouteRule.CONFIGURATIONS.broken(
                new RouteFolder(List.of(errors), Set.of(), Map.of(), Set.of())))
        .singleElement()
        .asString()
        .contains("without an id");
    assertThat(RouteRule.CONFIGURATIONS.keepsFromRunning()).isTrue();
  }

  @Test
  void a_component_that_neither_a_route_nor_a_step_uses_is_found() {
    RouteFolder right = folder("sample.camel.yaml", SAMPLE);
    Map<String, StepClass> steps = new HashMap<>(right.steps());
    steps.put("forgotten", step("sample", false, false, "apply"));
    RouteFolder wrong = new RouteFolder(right.files(), right.settings(), steps, right.exceptions());

    assertThat(RouteRule.STEPS.broken(wrong))
        .containsExactly("the step forgotten.apply is used by no route; use it or delete it");
  }

  @Test
  void route_files_that_send_to_each_other_form_a_circle() {
    RouteFolder folder =
        new RouteFolder(
            List.of(
                file("first", "direct:second-in"),
                file("second", "direct:third-in"),
                file("third", "direct:${variable.account.provider}-in"),
                file("withings", "direct:second-in")),
            Set.of(),
            Map.of(),
            Set.of());

    assertThat(RouteRule.ACYCLIC.broken(folder))
        .containsExactly(
            "the route files form a circle: second → third → withings → second; move what both"
                + " sides need into a file below them");
  }

  @Test
  void route_files_that_enrich_from_each_other_form_a_circle() {
    String enrich =
        """
        - route:
            from:
              uri: direct:first-in
              steps:
                - enrich:
                    expression:
                      constant:
                        expression: direct:second-in
        """;
    RouteFolder folder =
        new RouteFolder(
            List.of(RouteFile.of("first.camel.yaml", enrich), file("second", "direct:first-in")),
            Set.of(),
            Map.of(),
            Set.of());

    assertThat(RouteRule.ACYCLIC.broken(folder)).hasSize(1);
  }

  private static RouteFile file(String name, String sendsTo) {
    return RouteFile.of(
        name + ".camel.yaml",
        """
        - route:
            from:
              uri: direct:%s-in
              steps:
                - to:
                    uri: %s
        """
            .formatted(name, sendsTo));
  }

  @Test
  void a_step_has_one_handler() {
    RouteFolder right = folder("sample.camel.yaml", SAMPLE);
    RouteFolder wrong =
        new RouteFolder(
            right.files(),
            right.settings(),
            Map.of(
                "doubleNumber",
                step("sample", true, false, "apply", "applyTwice"),
                "noteFailure",
                step("errors", true, false, "apply")),
            right.exceptions());

    assertThat(RouteRule.BEANS.broken(wrong))
        .containsExactly(
            "sample.camel.yaml:38:11, route sample-in, bean double-number: doubleNumber does not"
                + " have one method marked with @Handler; say which method");
  }

  @Test
  void a_file_is_named_after_its_concern() {
    assertThat(broken(folder("Sample.yaml", SAMPLE)).get(RouteRule.NAMES))
        .contains("Sample.yaml: name it <concern>.camel.yaml, in kebab-case");
  }

  @Test
  void an_endpoint_that_another_file_sends_to_is_in_the_header() {
    RouteFolder folder =
        folder(
            "sample.camel.yaml",
            SAMPLE.replace("# In:    direct:sample-in    Integer", "# In:    a timer"));
    RouteFolder withNeighbour =
        new RouteFolder(
            Stream.concat(
                    folder.files().stream(),
                    Stream.of(
                        RouteFile.of(
                            "other.camel.yaml",
                            SAMPLE.replace("sample-run", "other-run")
                                .split("\n\n- route:\n    id: sample-in")[0])))
                .toList(),
            folder.settings(),
            folder.steps(),
            folder.exceptions());

    assertThat(RouteRule.ENDPOINTS.broken(withNeighbour))
        .contains(
            "sample.camel.yaml: name direct:sample-in in the header's In, as other.camel.yaml,"
                + " sample.camel.yaml sends to it");
  }

  private static Arguments wrong(RouteRule rule, String right, String wrong, String complaint) {
    return arguments(rule, right, wrong, complaint);
  }

  /** One more step before the one there. */
  private static String twice(String step, String ref) {
    return "- "
        + step
        + ":\n            id: one-more\n            ref: "
        + ref
        + "\n        - bean:";
  }

  @Test
  void a_file_that_is_no_yaml_is_refused_with_the_place_and_what_was_expected() {
    assertThatThrownBy(
            () ->
                RouteFile.of(
                    "sample.camel.yaml", SAMPLE.replace("        - log:", "       - log:")))
        .isInstanceOf(RouteSyntaxException.class)
        .hasMessageMatching("sample\\.camel\\.yaml:41:8: expected <block end>, but found .*");
  }

  private static final String JAVA =
      """
      // double-numbers — doubles by Java
      // In:    direct:double-numbers    Integer
      // Out:   direct:sample-in         Integer
      // Reads: nothing
      // Fails: nothing
      import org.apache.camel.builder.RouteBuilder;

      public class DoubleNumbers extends RouteBuilder {
        @Override
        public void configure() {
          from("direct:double-numbers").routeId("double-numbers-run").to("direct:sample-in");
          from("timer:numbers").routeId("double-numbers-start").routeConfigurationId("background")
              .to("direct:double-numbers");
        }
      }
      """;

  @Test
  void a_file_in_java_keeps_the_same_rules() {
    assertThat(broken(java(JAVA))).isEmpty();
    assertThat(broken(java(JAVA.replace("to(\"direct:sample-in", "to(\"direct:sample-on"))))
        .containsOnlyKeys(RouteRule.CONSUMERS, RouteRule.ENDPOINTS);
    assertThat(broken(java(JAVA.replace("background", "forground"))))
        .containsOnlyKeys(RouteRule.CONFIGURATIONS);
    assertThat(broken(java(JAVA.replace("double-numbers-run", "run"))))
        .containsOnlyKeys(RouteRule.NAMES);
    assertThat(broken(java(JAVA.replace("// Reads: nothing\n", ""))))
        .containsOnlyKeys(RouteRule.HEADER);
  }

  private static RouteFolder java(String text) {
    return folder("sample.camel.yaml", SAMPLE)
        .with(List.of(RouteFile.of("DoubleNumbers.java", text)));
  }

  private static StepClass step(
      String folder, boolean isMarked, boolean isHelper, String... methods) {
    return new StepClass(folder, isMarked, isHelper, List.of(methods), Map.of());
  }

  private static RouteFolder folder(String name, String text) {
    return new RouteFolder(
        List.of(RouteFile.of(name, text), RouteFile.of("errors.camel.yaml", ERRORS)),
        Set.of("sample.every", "sample.size"),
        Map.of(
            "doubleNumber", step("sample", true, false, "apply"),
            "noteFailure", step("errors", true, false, "apply"),
            "otherNumber", step("other", false, true, "apply"),
            "numbers", step("", false, true, "add", "subtract"),
            "helper", step("", false, true, "help")),
        Set.of("SampleException"));
  }

  private static Map<RouteRule, List<String>> broken(RouteFolder folder) {
    Map<RouteRule, List<String>> broken = new EnumMap<>(RouteRule.class);
    for (RouteRule rule : RouteRule.values()) {
      List<String> problems = rule.broken(folder);
      if (!problems.isEmpty()) {
        broken.put(rule, problems);
      }
    }
    return broken;
  }
}
