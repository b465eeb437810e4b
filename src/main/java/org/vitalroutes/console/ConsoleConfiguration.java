package org.vitalroutes.console;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.vitalroutes.settings.FhirSettings;

/**
 * Registers the console on the management port; there is no console when both ports are the same.
 *
 * <p>Listed in {@code META-INF/spring/…ManagementContextConfiguration.imports} instead of being a
 * {@code @Configuration}, as a component scan would put it into the public port's context.
 */
@ConditionalOnManagementPort(ManagementPortType.DIFFERENT)
final class ConsoleConfiguration {

  @Bean
  ServletRegistrationBean<ConsoleServlet> console(
      ObjectMapper json, FhirSettings fhir, @Value("${console.fhir-url}") String fhirUrl) {
    Map<String, String> settings =
        Map.of("fhirUrl", fhirUrl.isEmpty() ? fhir.serverUrl() : fhirUrl);
    return new ServletRegistrationBean<>(
        new ConsoleServlet(json.valueToTree(settings).toString()), "/console", "/console/*");
  }

  @Bean
  ServletRegistrationBean<QrCodeServlet> qrCode() {
    return new ServletRegistrationBean<>(new QrCodeServlet(), "/console/qr");
  }

  @Bean
  ServletRegistrationBean<OperationsRelay> operationsRelay(Environment environment) {
    return new ServletRegistrationBean<>(
        new OperationsRelay(
            () -> environment.getRequiredProperty("local.server.port", Integer.class)),
        "/console/api/*");
  }
}
