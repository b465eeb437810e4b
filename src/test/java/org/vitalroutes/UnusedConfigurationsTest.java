package org.vitalroutes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.core.io.ClassPathResource;
import org.springframework.mock.env.MockEnvironment;

class UnusedConfigurationsTest {

  private static final Pattern OPTION =
      Pattern.compile("camel\\.(?:component|dataformat)\\.(\\w+)\\..*");

  private final UnusedConfigurations filter = new UnusedConfigurations();

  private final List<String> all =
      ImportCandidates.load(AutoConfiguration.class, getClass().getClassLoader()).getCandidates();

  @Test
  void the_options_of_camel_that_the_settings_have_are_bound() {
    YamlPropertiesFactoryBean yaml = new YamlPropertiesFactoryBean();
    yaml.setResources(new ClassPathResource("application.yaml"));
    Set<String> named =
        Objects.requireNonNull(yaml.getObject()).stringPropertyNames().stream()
            .flatMap(key -> OPTION.matcher(key).results().map(MatchResult::group))
            .map(key -> OPTION.matcher(key).replaceFirst(".component.$1.springboot."))
            .collect(Collectors.toSet());

    assertThat(named).isNotEmpty();
    assertThat(named).allSatisfy(each -> assertThat(used()).anyMatch(name -> name.contains(each)));
  }

  @Test
  void what_only_binds_options_of_other_components_is_left_out() {
    assertThat(used())
        .noneMatch(name -> name.contains(".component.seda.") || name.contains(".vault."))
        .hasSizeLessThan(all.size());
  }

  @Test
  void options_that_are_set_are_bound() {
    filter.setEnvironment(
        new MockEnvironment()
            .withProperty("camel.component.seda.queue-size", "7")
            .withProperty("camel.language.jsonpath.unpack-array", "true"));

    assertThat(used())
        .anyMatch(name -> name.contains(".component.seda."))
        .noneMatch(name -> name.contains(".component.timer."));
  }

  private List<String> used() {
    return all.stream().filter(filter::isUsed).toList();
  }
}
