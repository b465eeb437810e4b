package org.vitalroutes.settings;

import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;

/** Refuses to start, before any bean exists, when {@link SettingsCheck} finds a problem. */
public final class SettingsGuard implements EnvironmentPostProcessor, Ordered {

  @Override
  public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication app) {
    List<String> problems = SettingsCheck.problems(environment::getProperty);
    if (!problems.isEmpty()) {
      throw new SettingsException(problems);
    }
  }

  @Override
  public int getOrder() {
    return ConfigDataEnvironmentPostProcessor.ORDER + 100;
  }
}
