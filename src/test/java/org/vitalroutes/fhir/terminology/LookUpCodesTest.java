package org.vitalroutes.fhir.terminology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.hl7.fhir.r5.model.BooleanType;
import org.hl7.fhir.r5.model.CodeType;
import org.hl7.fhir.r5.model.Parameters;
import org.hl7.fhir.r5.model.StringType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vitalroutes.fhir.wire.FhirVersion;

/** The script of the release that asks a terminology server, run as a person runs it. */
class LookUpCodesTest {

  private static final Map<String, Parameters> KNOWN =
      Map.of(
          "8867-4", named("Heart rate"),
          "29463-7", named("Body weight Measured"),
          "8302-2", designated("Height", "Body height"),
          "9279-1", named("Respiratory rate", "inactive", new BooleanType(true)),
          "41950-7", named("Steps", "STATUS", new StringType("DEPRECATED")),
          "{steps}", named("(steps)"));

  @TempDir Path folder;
  private HttpServer server;

  @AfterEach
  void close() {
    if (server != null) {
      server.stop(0);
    }
  }

  @Test
  void what_is_unknown_inactive_or_named_otherwise_is_printed() throws Exception {
    Run run =
        run(
            serve(),
            """
            # a comment
            http://loinc.org\t8867-4\tHeart rate
            http://loinc.org\t29463-7\tBody weight
            http://loinc.org\t8302-2\tBody height
            http://loinc.org\t9279-1\tRespiratory rate
            http://loinc.org\t41950-7\t
            http://loinc.org\t99999-9\tNothing
            http://unitsofmeasure.org\t{steps}\t
            """);

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.lines())
        .containsExactly(
            "http://loinc.org|29463-7: named otherwise: Body weight Measured, here Body weight",
            "http://loinc.org|9279-1: not active: active",
            "http://loinc.org|41950-7: not active: deprecated",
            "http://loinc.org|99999-9: unknown",
            "7 codes asked for, 4 to look at");
  }

  @Test
  void a_code_for_which_the_server_fails_is_no_verdict_and_the_others_are_asked_for()
      throws Exception {
    Run run =
        run(
            serve(),
            """
            http://loinc.org\tfails\tHeart rate
            http://loinc.org\t99999-9\tNothing
            """);

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.lines())
        .containsExactly(
            "http://loinc.org|fails: not answered, HTTP 500",
            "http://loinc.org|99999-9: unknown",
            "2 codes asked for, 1 to look at");
  }

  @Test
  void nothing_to_print_is_success() throws Exception {
    Run run = run(serve(), "http://loinc.org\t8867-4\tHeart Rate\n");

    assertThat(run.status()).isZero();
    assertThat(run.lines()).containsExactly("1 codes asked for, 0 to look at");
  }

  @Test
  void a_server_that_is_not_there_is_no_verdict() throws Exception {
    String gone = serve();
    server.stop(0);

    assertThat(run(gone, "http://loinc.org\t8867-4\tHeart rate\n").status()).isEqualTo(2);
  }

  private record Run(int status, List<String> lines) {}

  private Run run(String server, String codes) throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("codes.tsv"), codes);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "src/main/scripts/LookUpCodes.java",
                server,
                file.toString())
            .redirectError(folder.resolve("errors").toFile())
            .start();
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Run(process.exitValue(), lines);
  }

  /** Answers as a terminology server does; an unknown code with an OperationOutcome and 404. */
  private String serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/fhir/CodeSystem/$lookup",
        exchange -> {
          String code = code(exchange.getRequestURI());
          Parameters known = KNOWN.get(code);
          byte[] answer =
              known == null
                  ? "<OperationOutcome xmlns=\"http://hl7.org/fhir\"/>".getBytes(UTF_8)
                  : FhirVersion.R5
                      .context()
                      .newXmlParser()
                      .encodeResourceToString(known)
                      .getBytes(UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/fhir+xml");
          exchange.sendResponseHeaders(status(code, known), answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    return "http://localhost:" + server.getAddress().getPort() + "/fhir/";
  }

  private static int status(String code, @Nullable Parameters known) {
    return known != null ? 200 : code.equals("fails") ? 500 : 404;
  }

  private static String code(URI address) {
    return URLDecoder.decode(address.getRawQuery().replaceFirst(".*[?&]?code=", ""), UTF_8);
  }

  private static Parameters named(String display) {
    Parameters answer = new Parameters();
    answer.addParameter("name", "LOINC");
    answer.addParameter("display", display);
    return answer;
  }

  private static Parameters named(
      String display, String property, org.hl7.fhir.r5.model.DataType value) {
    Parameters answer = named(display);
    Parameters.ParametersParameterComponent parameter = answer.addParameter().setName("property");
    parameter.addPart().setName("code").setValue(new CodeType(property));
    parameter.addPart().setName("value").setValue(value);
    return answer;
  }

  private static Parameters designated(String display, String designation) {
    Parameters answer = named(display);
    answer
        .addParameter()
        .setName("designation")
        .addPart()
        .setName("value")
        .setValue(new StringType(designation));
    return answer;
  }
}
