package org.vitalroutes.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;
import org.vitalroutes.testsupport.CapturedLogs;

/** Route files that are saved while they run. */
class ReloadRoutesTest {

  private static final String CALLER =
      """
      - route:
          id: caller-ask
          description: Asks the route that is edited
          from:
            uri: direct:caller
            steps:
              - to:
                  id: to-answer-number
                  uri: direct:answer
      """;

  private static final String ANSWER =
      """
      - route:
          id: answer-number
          description: Answers with a number
          from:
            uri: direct:answer
            steps:
              - setBody:
                  expression:
                    constant:
                      expression: "1"
      """;

  /** The first compilation of Java takes long. */
  private static final ConditionFactory AWAIT = await().atMost(Duration.ofMinutes(1));

  @TempDir Path folder;

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final ListAppender<ILoggingEvent> logs = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger("org.vitalroutes.reload");

  @BeforeEach
  void start() throws Exception {
    CapturedLogs.CONFIGURATION.writeLock().lock();
    Files.writeString(folder.resolve("caller.camel.yaml"), CALLER);
    Files.writeString(folder.resolve("answer.camel.yaml"), ANSWER);
    context.getRegistry().bind("logFailedRun", new LogFailedRun());
    for (String name : List.of("caller", "answer")) {
      PluginHelper.getRoutesLoader(context)
          .loadRoutes(
              ResourceHelper.resolveResource(
                  context, "file:" + folder.resolve(name + ".camel.yaml")));
    }
    new ReloadRoutes(true, folder.toString()).beforeApplicationStart(context);
    context.start();
    logger.setLevel(Level.INFO);
    logs.start();
    logger.addAppender(logs);
  }

  @AfterEach
  void stop() throws IOException {
    try {
      logger.detachAppender(logs);
      context.close();
    } finally {
      CapturedLogs.CONFIGURATION.writeLock().unlock();
    }
  }

  @Test
  void a_file_that_cannot_run_is_named_before_the_start() throws IOException {
    save("answer.camel.yaml", ANSWER.replace("- setBody:", "- steBody:"));

    new ReloadRoutes(true, folder.toString());

    assertThat(lines())
        .anyMatch(
            line ->
                line.endsWith(
                    "answer.camel.yaml:7:11: steBody is not known here; did you mean setBody?"));
  }

  @Test
  void a_file_that_is_saved_is_reloaded_and_a_line_says_so() throws IOException {
    save("answer.camel.yaml", ANSWER.replace("\"1\"", "\"2\""));

    AWAIT.until(() -> says("answer.camel.yaml: 1 route reloaded"));
    assertThat(answer()).isEqualTo("2");
  }

  @ParameterizedTest
  @MethodSource("wrongEdits")
  void a_file_that_cannot_run_is_refused_in_a_line_and_its_old_routes_go_on(
      String right, String wrong, String line) throws IOException {
    assertThat(ANSWER).contains(right);
    save("answer.camel.yaml", ANSWER.replace(right, wrong));

    AWAIT.until(() -> says("answer.camel.yaml: not reloaded; the routes before the edit go on"));
    assertThat(lines()).anyMatch(logged -> logged.contains(line));
    assertThat(logs.list).noneMatch(logged -> logged.getThrowableProxy() != null);
    assertThat(answer()).isEqualTo("1");
  }

  static Stream<Arguments> wrongEdits() {
    return Stream.of(
        arguments(
            "      steps:",
            "     steps:",
            "answer.camel.yaml:6:6: expected <block end>, but found"),
        arguments(
            "- setBody:",
            "- setBoddy:",
            "answer.camel.yaml:7:11: setBoddy is not known here; did you mean setBody?"),
        arguments(
            "- setBody:",
            "- steBody:",
            "answer.camel.yaml:7:11: steBody is not known here; did you mean setBody?"),
        arguments(
            "        - setBody:",
            "        - bean:\n            id: log\n            ref: logFailedRum\n        - setBody:",
            "answer.camel.yaml:7:11, route answer-number, bean log: no component in the package"
                + " steps is called logFailedRum; did you mean logFailedRun?"),
        arguments(
            "        - setBody:",
            "        - to:\n            id: away\n            uri: direct:anser\n        - setBody:",
            "answer.camel.yaml:9:13, route answer-number, to away: nobody consumes direct:anser;"
                + " the message would be lost; did you mean direct:answer?"),
        arguments(
            "uri: direct:answer",
            "uri: direct:reply",
            "caller.camel.yaml:9:13, route caller-ask, to to-answer-number: nobody consumes"
                + " direct:answer; the message would be lost"),
        arguments("\"1\"", "\"{{no.such.setting}}\"", "no.such.setting"));
  }

  @Test
  void an_endpoint_is_renamed_by_saving_both_its_sides() throws IOException {
    save("answer.camel.yaml", ANSWER.replace("direct:answer", "direct:reply").replace("1", "2"));
    AWAIT.until(() -> says("answer.camel.yaml: not reloaded"));

    save("caller.camel.yaml", CALLER.replace("direct:answer", "direct:reply"));

    AWAIT.until(() -> says("caller.camel.yaml: 1 route reloaded"));
    assertThat(lines()).anyMatch(line -> line.contains("answer.camel.yaml: 1 route reloaded"));
    assertThat(answer()).isEqualTo("2");
  }

  private static final String JAVA =
      """
      import org.apache.camel.builder.RouteBuilder;

      public class Answer extends RouteBuilder {
        @Override
        public void configure() {
          from("direct:twice").routeId("answer-twice").transform(simple("${body}${body}"));
        }
      }
      """;

  @Test
  void a_file_in_java_is_compiled_and_reloaded() throws IOException {
    save("Answer.java", JAVA);
    AWAIT.until(() -> says("Answer.java: 1 route reloaded"));
    assertThat(lines()).anyMatch(line -> line.endsWith("Answer.java: is compiled"));
    assertThat(twice()).isEqualTo("abab");

    save("Answer.java", JAVA.replace("${body}${body}", "${body}-${body}"));
    AWAIT.until(() -> twice().equals("ab-ab"));

    save("Answer.java", JAVA.replace("transform(", "transfrom("));
    AWAIT.until(() -> says("Answer.java: not reloaded; the routes before the edit go on"));
    assertThat(lines())
        .anyMatch(line -> line.contains("Answer.java:6: cannot find symbol: method transfrom("));
    assertThat(twice()).isEqualTo("ab-ab");
  }

  private void save(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private List<String> lines() {
    return List.copyOf(logs.list).stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private boolean says(String line) {
    return lines().stream().anyMatch(logged -> logged.contains(line));
  }

  private String answer() {
    return context.createProducerTemplate().requestBody("direct:caller", "?", String.class);
  }

  private String twice() {
    return context.createProducerTemplate().requestBody("direct:twice", "ab", String.class);
  }
}
