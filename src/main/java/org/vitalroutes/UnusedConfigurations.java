package org.vitalroutes;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;

/**
 * Leaves out the autoconfigurations that nothing uses, as each costs time at the start: those that
 * only bind options of a Camel component, language or model, unless {@code application.yaml} or the
 * documentation names such options; Camel's clouds and vaults; and parts of Spring Boot. The
 * components themselves can be used in routes all the same.
 */
final class UnusedConfigurations implements AutoConfigurationImportFilter {

  private static final Pattern UNUSED =
      Pattern.compile(
          "org\\.apache\\.camel\\."
              + "(component\\.(?!(http|jackson|kafka|micrometer|platform)\\.)|(language|model)\\."
              + "|spring\\.boot\\.(actuate\\.info|cloud|routetemplate|vault)\\.).*"
              + "|org\\.springframework\\.boot\\."
              + "(actuate\\.autoconfigure\\.(info|logging|observation\\.web\\.client|opentelemetry"
              + "|scheduling)"
              + "|autoconfigure\\.(aop|dao|gson|http\\.client|info|security\\.oauth2\\.client"
              + "|sql\\.init|transaction\\.TransactionAutoConfiguration|web\\.client|websocket))"
              + "\\b.*");

  @Override
  public boolean[] match(@Nullable String[] classes, AutoConfigurationMetadata metadata) {
    boolean[] used = new boolean[classes.length];
    for (int i = 0; i < classes.length; i++) {
      String name = classes[i];
      used[i] = name != null && isUsed(name);
    }
    return used;
  }

  static boolean isUsed(String configuration) {
    return !UNUSED.matcher(configuration).matches();
  }
}
