package org.vitalroutes.routes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.io.ClassPathResource;
import org.springframework.util.ClassUtils;

/**
 * All route files, and the settings, steps and exceptions that they may name.
 *
 * @param files the route files
 * @param settings the keys of {@code application.yaml}
 * @param steps the components in {@code steps} and below it, by bean name
 * @param exceptions simple names of our exception classes
 */
record RouteFolder(
    List<RouteFile> files,
    Set<String> settings,
    Map<String, StepClass> steps,
    Set<String> exceptions) {

  private static final String STEPS = "org.vitalroutes.steps";

  /** Those of the project. */
  static RouteFolder ofProject() {
    return of(Path.of("routes"));
  }

  /** Those of a folder, with the steps and settings of the project. */
  static RouteFolder of(Path folder) {
    return new RouteFolder(
        routeFiles(folder), settingsOfProject(), stepsOfProject(), exceptionsOfProject());
  }

  /** The parts of all files. */
  List<RouteFile.Part> parts() {
    return files.stream().flatMap(file -> file.parts().stream()).toList();
  }

  private static List<RouteFile> routeFiles(Path folder) {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths
          .sorted()
          .map(path -> RouteFile.of(path.getFileName().toString(), read(path)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<String> settingsOfProject() {
    YamlPropertiesFactoryBean yaml = new YamlPropertiesFactoryBean();
    yaml.setResources(new ClassPathResource("application.yaml"));
    return new TreeSet<>(yaml.getObject().stringPropertyNames());
  }

  private static Map<String, StepClass> stepsOfProject() {
    List<? extends Class<?>> components =
        new ClassPathScanningCandidateComponentProvider(true)
            .findCandidateComponents(STEPS).stream()
                .map(found -> ClassUtils.resolveClassName(found.getBeanClassName(), null))
                .toList();
    Set<Class<?>> taken =
        components.stream()
            .flatMap(component -> Stream.of(component.getDeclaredConstructors()))
            .flatMap(constructor -> Stream.of(constructor.getParameterTypes()))
            .collect(Collectors.toSet());
    Map<String, StepClass> steps = new TreeMap<>();
    for (Class<?> component : components) {
      String name = component.getSimpleName();
      steps.put(
          Character.toLowerCase(name.charAt(0)) + name.substring(1),
          StepClass.of(component, taken));
    }
    return steps;
  }

  private static Set<String> exceptionsOfProject() {
    try (Stream<Path> paths = Files.walk(Path.of("src/main/java"))) {
      Set<String> names = new LinkedHashSet<>();
      paths
          .map(path -> path.getFileName().toString())
          .filter(name -> name.endsWith("Exception.java"))
          .forEach(name -> names.add(name.substring(0, name.length() - ".java".length())));
      return names;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
