package org.vitalroutes;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.BackgroundPreinitializer;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Import;

/**
 * Vitalroutes: carries Withings health data into a FHIR server. Only the packages with components
 * are searched for them, because a search reads every class.
 */
@SpringBootApplication(
    scanBasePackages = {"org.vitalroutes.health", "org.vitalroutes.steps", "org.vitalroutes.web"})
@ConfigurationPropertiesScan("org.vitalroutes.settings")
@Import({
  ApplicationConfiguration.class,
  FhirConfiguration.class,
  MappingConfiguration.class,
  Metering.class,
  StoreConfiguration.class,
  WebConfiguration.class,
  WithingsConfiguration.class
})
public class Application {

  public static void main(String[] args) throws IOException {
    List<String> arguments = Arrays.asList(args);
    if (arguments.contains(InstallTerminology.COMMAND)) {
      InstallTerminology.run(args);
    } else if (arguments.indexOf(TranslateCommand.COMMAND) == 0) {
      System.exit(
          TranslateCommand.run(
              arguments.subList(1, args.length), System.in, System.out, System.err));
    } else if (arguments.indexOf(WriteGuide.COMMAND) == 0) {
      System.exit(
          WriteGuide.run(
              arguments.subList(1, args.length), System.getenv(), version(), System.err));
    } else if (arguments.indexOf(CheckRoutesCommand.COMMAND) == 0) {
      System.exit(
          CheckRoutesCommand.run(arguments.subList(1, args.length), System.out, System.err));
    } else {
      // It prepares XML, which nothing here reads, and searches all jars for it.
      System.setProperty(
          BackgroundPreinitializer.IGNORE_BACKGROUNDPREINITIALIZER_PROPERTY_NAME, "true");
      SpringApplication.run(Application.class, args);
    }
  }

  /** As the jar's manifest says. */
  static String version() {
    return Objects.requireNonNullElse(
        Application.class.getPackage().getImplementationVersion(), "development");
  }
}
