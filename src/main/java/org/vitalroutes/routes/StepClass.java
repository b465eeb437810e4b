package org.vitalroutes.routes;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.core.annotation.AnnotationUtils;

/**
 * A component in {@code steps}, as the rules see it.
 *
 * @param folder the package below {@code steps}, empty for a step that several route files use
 * @param isMarked whether methods are marked with {@code @Handler}, so that a route says ref only
 * @param isHelper whether the constructor of another step takes it
 * @param methods those that a route may name: the marked ones, or else all that are not private,
 *     static, overloaded or inherited
 * @param variables the variables that a method needs, by its name
 */
public record StepClass(
    String folder,
    boolean isMarked,
    boolean isHelper,
    List<String> methods,
    Map<String, Set<String>> variables) {

  private static final String STEPS = "org.vitalroutes.steps";

  /** Camel's annotations by name, as only steps know Camel. */
  private static final String HANDLER = "org.apache.camel.Handler";

  private static final String VARIABLE = "org.apache.camel.Variable";

  static StepClass of(Class<?> type, Set<Class<?>> taken) {
    List<Method> own =
        Stream.of(type.getDeclaredMethods())
            .filter(method -> !method.isSynthetic())
            .filter(method -> !Modifier.isPrivate(method.getModifiers()))
            .filter(method -> !Modifier.isStatic(method.getModifiers()))
            .filter(method -> !isInherited(type, method))
            .toList();
    List<Method> marked =
        own.stream()
            .filter(
                method -> Stream.of(method.getAnnotations()).anyMatch(each -> is(each, HANDLER)))
            .toList();
    List<String> names =
        (marked.isEmpty() ? own : marked).stream().map(Method::getName).sorted().toList();
    return new StepClass(
        type.getPackageName().substring(STEPS.length()).replaceFirst("^\\.", ""),
        !marked.isEmpty(),
        taken.contains(type),
        names.stream()
            .filter(name -> names.indexOf(name) == names.lastIndexOf(name) || !marked.isEmpty())
            .toList(),
        own.stream()
            .collect(
                Collectors.toMap(
                    Method::getName, StepClass::variables, (first, second) -> Set.of())));
  }

  /** The variables that a method takes and that may not be null. */
  private static Set<String> variables(Method method) {
    return Stream.of(method.getParameters())
        .filter(parameter -> parameter.getAnnotatedType().getAnnotations().length == 0)
        .flatMap(parameter -> Stream.of(parameter.getAnnotations()))
        .filter(annotation -> is(annotation, VARIABLE))
        .map(annotation -> String.valueOf(AnnotationUtils.getValue(annotation)))
        .collect(Collectors.toSet());
  }

  private static boolean is(Annotation annotation, String name) {
    return annotation.annotationType().getName().equals(name);
  }

  /** Whether a route names the component. */
  boolean isNamedIn(Set<String> used, String name) {
    return used.stream().anyMatch(each -> each.startsWith(name + "."));
  }

  private static boolean isInherited(Class<?> type, Method method) {
    return Stream.concat(Stream.of(type.getInterfaces()), Stream.of(type.getSuperclass()))
        .flatMap(above -> Stream.of(above.getMethods()))
        .anyMatch(
            above ->
                above.getName().equals(method.getName())
                    && above.getParameterCount() == method.getParameterCount());
  }
}
