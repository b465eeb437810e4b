package org.vitalroutes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;
import org.vitalroutes.accounts.ApiException;
import org.vitalroutes.fhir.table.MeasureTableException;
import org.vitalroutes.fhir.translate.Mapping;
import org.vitalroutes.operations.DryRun;
import org.vitalroutes.settings.FhirSettings;
import org.vitalroutes.settings.MappingSettings;

/**
 * The command {@code translate}: prints what a Withings reply becomes, as {@code POST
 * /api/operations/translate} answers it. It reads the settings of the mapping and starts nothing.
 */
final class TranslateCommand {

  static final String COMMAND = "translate";

  private static final String USAGE =
      "usage: translate --kind KIND [--fhir-version VERSION] [--details DETAILS.json] [REPLY.json]";
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .configure(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES, false);

  private TranslateCommand() {}

  /** Runs it; the status to end with is 1 when the reply is refused, 2 for a wrong call. */
  static int run(List<String> arguments, InputStream in, PrintStream out, PrintStream err) {
    LoggingSystem.get(TranslateCommand.class.getClassLoader()).beforeInitialize();
    try {
      String request = request(arguments.iterator(), in).toString();
      Binder settings = settings();
      FhirSettings fhir = settings.bind("fhir", FhirSettings.class).get();
      Mapping mapping =
          MappingConfiguration.mapping(fhir, settings.bind("", MappingSettings.class).get());
      DryRun.Result result =
          DryRun.of(request, fhir.version()).run(mapping, Clock.systemUTC().instant());
      out.write(JSON.writeValueAsBytes(result));
      out.flush();
      return 0;
    } catch (ApiException | MeasureTableException e) {
      err.println(e.getMessage());
      return 1;
    } catch (JsonProcessingException e) {
      err.println("a file is no JSON");
      return 1;
    } catch (NoSuchElementException | IOException e) {
      err.println(USAGE);
      return 2;
    }
  }

  private static ObjectNode request(Iterator<String> arguments, InputStream in) throws IOException {
    ObjectNode request = JSON.createObjectNode();
    JsonNode reply = null;
    while (arguments.hasNext()) {
      String argument = arguments.next();
      switch (argument) {
        case "--kind" -> request.put("kind", arguments.next());
        case "--fhir-version" -> request.put("fhir_version", arguments.next());
        case "--details" -> request.set("details", read(arguments.next()));
        default -> reply = read(argument);
      }
    }
    return request.set("reply", reply == null ? JSON.readTree(in) : reply);
  }

  private static JsonNode read(String file) throws IOException {
    return JSON.readTree(Files.readAllBytes(Path.of(file)));
  }

  private static Binder settings() throws IOException {
    StandardEnvironment environment = new StandardEnvironment();
    new YamlPropertySourceLoader()
        .load("application", new ClassPathResource("application.yaml"))
        .forEach(environment.getPropertySources()::addLast);
    ConfigurationPropertySources.attach(environment);
    return Binder.get(environment);
  }
}
