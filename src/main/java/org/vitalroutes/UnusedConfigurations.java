package org.vitalroutes;

import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;

/**
 * Leaves out the autoconfigurations that nothing uses, as each costs time at the start: those that
 * only bind options of a Camel component, language or model of which none is set; Camel's clouds
 * and vaults; and parts of Spring Boot. The components themselves can be used in routes all the
 * same.
 */
final class UnusedConfigurations implements AutoConfigurationImportFilter, EnvironmentAware {

  private static final Bindable<Map<String, Object>> OPTIONS =
      Bindable.mapOf(String.class, Object.class);

  private static final Pattern UNUSED =
      Pattern.compile(
          "org\\.apache\\.camel\\."
              + "((component|language|model)\\.(?!(http|jackson|kafka|micrometer|platform)\\.)(?<owner>\\w+)\\."
              + "|spring\\.boot\\.(actuate\\.info|cloud|routetemplate|vault)\\.).*"
              + "|org\\.springframework\\.boot\\."
              + "(actuate\\.autoconfigure\\.(info|logging|observation\\.web\\.client|opentelemetry"
              + "|scheduling)"
              + "|autoconfigure\\.(aop|dao|gson|http\\.client|info|security\\.oauth2\\.client"
              + "|sql\\.init|transaction\\.TransactionAutoConfiguration|web\\.client|websocket))"
              + "\\b.*");

  /** Names of components and languages that have an option set. */
  private Set<String> owners = Set.of();

  @Override
  public void setEnvironment(Environment environment) {
    owners =
        Stream.of("camel.component", "camel.language")
            .map(name -> Binder.get(environment).bind(name, OPTIONS).orElse(Map.of()))
            .flatMap(options -> options.keySet().stream())
            .collect(Collectors.toSet());
  }

  @Override
  public boolean[] match(@Nullable String[] classes, AutoConfigurationMetadata metadata) {
    boolean[] used = new boolean[classes.length];
    for (int i = 0; i < classes.length; i++) {
      String name = classes[i];
      used[i] = name != null && isUsed(name);
    }
    return used;
  }

  boolean isUsed(String configuration) {
    Matcher unused = UNUSED.matcher(configuration);
    if (!unused.matches()) {
      return true;
    }
    String owner = unused.group("owner");
    return owner != null && owners.stream().anyMatch(each -> each.startsWith(owner));
  }
}
