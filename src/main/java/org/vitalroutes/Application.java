package org.vitalroutes;

import java.util.Arrays;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Vitalroutes: carries Withings health data into a FHIR server. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class Application {

  public static void main(String[] args) {
    List<String> arguments = Arrays.asList(args);
    if (arguments.contains(InstallTerminology.COMMAND)) {
      InstallTerminology.run(args);
    } else if (arguments.indexOf(TranslateCommand.COMMAND) == 0) {
      System.exit(
          TranslateCommand.run(
              arguments.subList(1, args.length), System.in, System.out, System.err));
    } else {
      SpringApplication.run(Application.class, args);
    }
  }
}
