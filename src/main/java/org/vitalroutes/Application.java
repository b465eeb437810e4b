package org.vitalroutes;

import java.util.Arrays;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Vitalroutes: carries Withings health data into a FHIR server. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class Application {

  public static void main(String[] args) {
    if (Arrays.asList(args).contains(InstallTerminology.COMMAND)) {
      InstallTerminology.run(args);
    } else {
      SpringApplication.run(Application.class, args);
    }
  }
}
