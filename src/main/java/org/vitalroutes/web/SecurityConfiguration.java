package org.vitalroutes.web;

import static org.springframework.security.config.Customizer.withDefaults;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.boot.actuate.autoconfigure.security.servlet.EndpointRequest;
import org.springframework.boot.web.context.WebServerApplicationContext;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.config.web.PathPatternRequestMatcherBuilderFactoryBean;
import org.springframework.security.oauth2.server.resource.web.BearerTokenAuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.header.HeaderWriterFilter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.web.context.support.WebApplicationContextUtils;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsConfigurationSource;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.UrlHandlerFilter;
import org.vitalroutes.settings.ConnectSettings;

/**
 * Access rules of the public port: only the webhook, the OAuth callback, connect links and liveness
 * are open.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

  private static final String CALLBACK = "/api/connected-accounts/*/oauth/callback";
  private static final String LINKS = "/api/connected-accounts/*/links";

  /**
   * Writes security headers before the request continues. Otherwise the container's thread writes
   * them while a route's thread writes the answer, and sometimes one of the two fails.
   */
  private static final ObjectPostProcessor<HeaderWriterFilter> EAGER_HEADERS =
      new ObjectPostProcessor<>() {
        @Override
        public <O extends HeaderWriterFilter> O postProcess(O filter) {
          filter.setShouldWriteHeadersEagerly(true);
          return filter;
        }
      };

  /** Matches paths by themselves instead of by a search for Spring MVC's handler. */
  @Bean
  PathPatternRequestMatcherBuilderFactoryBean pathsOfChains() {
    return new PathPatternRequestMatcherBuilderFactoryBean();
  }

  /** Keeps Spring Security from searching for the handler of each request in advance. */
  @Bean
  static BeanDefinitionRegistryPostProcessor noSearchForHandlers() {
    return new NoSearchForHandlers();
  }

  @Bean
  @Order(1)
  SecurityFilterChain management(HttpSecurity http) throws Exception {
    return http.securityMatcher(EndpointRequest.toAnyEndpoint())
        .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
        .csrf(AbstractHttpConfigurer::disable)
        .build();
  }

  /** The console's files are public; the API checks the calls that the console makes. */
  @Bean
  @Order(2)
  SecurityFilterChain console(HttpSecurity http) throws Exception {
    return http.securityMatcher(
            request ->
                (request.getServletPath() + "/").startsWith("/console/")
                    && onManagementPort(request))
        .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
        .sessionManagement(
            sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .csrf(AbstractHttpConfigurer::disable)
        .requestCache(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .build();
  }

  private static boolean onManagementPort(HttpServletRequest request) {
    return WebServerApplicationContext.hasServerNamespace(
        WebApplicationContextUtils.getWebApplicationContext(request.getServletContext()),
        "management");
  }

  /**
   * The webhook, whose callers have no identity: its routes verify signatures. It has its own
   * chain, because every unneeded filter would cost time on each notification.
   */
  @Bean
  @Order(3)
  SecurityFilterChain webhookSecurity(HttpSecurity http) throws Exception {
    return withoutIdentity(
        http.securityMatcher("/webhooks/withings", "/webhooks/withings/*/*")
            .headers(SecurityConfiguration::headers));
  }

  /** The pages of connect links, open to everyone who has a link. */
  @Bean
  @Order(4)
  SecurityFilterChain connectLinkPages(HttpSecurity http, ConnectPages pages) throws Exception {
    return withoutIdentity(
        http.securityMatcher("/connect/*").headers(headers -> headers(headers, pages.policy())));
  }

  private static SecurityFilterChain withoutIdentity(HttpSecurity http) throws Exception {
    return http.sessionManagement(AbstractHttpConfigurer::disable)
        .securityContext(AbstractHttpConfigurer::disable)
        .anonymous(AbstractHttpConfigurer::disable)
        .servletApi(AbstractHttpConfigurer::disable)
        .exceptionHandling(AbstractHttpConfigurer::disable)
        .csrf(AbstractHttpConfigurer::disable)
        .requestCache(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .build();
  }

  @Bean
  @Order(5)
  SecurityFilterChain publicPort(HttpSecurity http, ObjectMapper json, ConnectSettings connect)
      throws Exception {
    return http.cors(cors -> cors.configurationSource(pagesOf(connect.allowedOrigins())))
        .authorizeHttpRequests(
            requests ->
                requests
                    // An admitted request that failed is answered with its error and not with 403.
                    .dispatcherTypeMatchers(DispatcherType.ERROR)
                    .permitAll()
                    .requestMatchers(HttpMethod.GET, CALLBACK)
                    .permitAll()
                    .requestMatchers(HttpMethod.HEAD, CALLBACK)
                    .permitAll()
                    .requestMatchers(HttpMethod.GET, "/.well-known/jwks.json")
                    .permitAll()
                    .requestMatchers(HttpMethod.GET, "/livez")
                    .permitAll()
                    .requestMatchers("/api/operations/**")
                    .hasAuthority("SCOPE_operations")
                    .requestMatchers(LINKS, LINKS + "/*")
                    .hasAuthority("SCOPE_accounts")
                    .requestMatchers("/api/**")
                    .authenticated()
                    .anyRequest()
                    .denyAll())
        .oauth2ResourceServer(
            server ->
                server
                    .jwt(withDefaults())
                    .authenticationEntryPoint(
                        (request, response, failure) -> {
                          new BearerTokenAuthenticationEntryPoint()
                              .commence(request, response, failure);
                          answer(
                              json,
                              response,
                              HttpStatus.UNAUTHORIZED,
                              "unauthenticated",
                              "A valid bearer token is needed");
                        })
                    .accessDeniedHandler(
                        (request, response, failure) ->
                            answer(
                                json,
                                response,
                                HttpStatus.FORBIDDEN,
                                "forbidden",
                                "The bearer token does not allow this")))
        .headers(SecurityConfiguration::headers)
        .sessionManagement(
            sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .csrf(AbstractHttpConfigurer::disable)
        .requestCache(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .build();
  }

  private static void headers(HeadersConfigurer<HttpSecurity> headers) {
    headers(headers, "default-src 'none'; frame-ancestors 'none'");
  }

  private static void headers(HeadersConfigurer<HttpSecurity> headers, String contentPolicy) {
    headers.addObjectPostProcessor(EAGER_HEADERS);
    // The OAuth callback's URL holds a code.
    headers.referrerPolicy(policy -> policy.policy(ReferrerPolicy.NO_REFERRER));
    headers.contentSecurityPolicy(policy -> policy.policyDirectives(contentPolicy));
  }

  /** Turns off Spring Security's observations of its filters, which nothing reads. */
  @Bean
  SecurityObservationSettings securityObservations() {
    return SecurityObservationSettings.noObservations();
  }

  /** The web pages that may call the API from a browser; none by default. */
  private static CorsConfigurationSource pagesOf(List<String> origins) {
    UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
    if (!origins.isEmpty()) {
      CorsConfiguration allowed = new CorsConfiguration();
      allowed.setAllowedOrigins(origins);
      allowed.setAllowedMethods(List.of("GET", "POST", "DELETE"));
      allowed.setAllowedHeaders(List.of("Authorization", "Content-Type"));
      source.registerCorsConfiguration("/api/**", allowed);
    }
    return source;
  }

  private static void answer(
      ObjectMapper json,
      HttpServletResponse response,
      HttpStatus status,
      String code,
      String detail)
      throws IOException {
    response.setStatus(status.value());
    response.setContentType(Problem.MEDIA_TYPE);
    json.writeValue(response.getOutputStream(), new Problem(status.value(), code, detail));
  }

  @Bean
  FilterRegistrationBean<BodyFilter> body(@Value("${http.body-timeout}") Duration timeout) {
    FilterRegistrationBean<BodyFilter> filter =
        new FilterRegistrationBean<>(new BodyFilter(timeout));
    filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
    filter.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC);
    filter.setAsyncSupported(true);
    return filter;
  }

  /** A trailing slash is accepted everywhere in the API and on the connect pages. */
  @Bean
  FilterRegistrationBean<UrlHandlerFilter> trailingSlash() {
    FilterRegistrationBean<UrlHandlerFilter> filter =
        new FilterRegistrationBean<>(
            UrlHandlerFilter.trailingSlashHandler("/api/**", "/connect/**").wrapRequest().build());
    filter.setOrder(Ordered.HIGHEST_PRECEDENCE + 1);
    filter.setAsyncSupported(true);
    return filter;
  }

  @Bean
  FilterRegistrationBean<WebhookFilter> webhookFilter(WebhookFilter.Routes routes) {
    FilterRegistrationBean<WebhookFilter> filter =
        new FilterRegistrationBean<>(new WebhookFilter(routes));
    filter.addUrlPatterns("/webhooks/*");
    filter.setOrder(Ordered.LOWEST_PRECEDENCE);
    filter.setAsyncSupported(true);
    return filter;
  }

  @Bean
  StartupFilter startupFilter() {
    return new StartupFilter();
  }

  /** A request whose body came late is dispatched again and skips the earlier filters. */
  @Bean
  FilterRegistrationBean<StartupFilter> startup(StartupFilter startupFilter) {
    FilterRegistrationBean<StartupFilter> filter = new FilterRegistrationBean<>(startupFilter);
    filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
    filter.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC);
    filter.setAsyncSupported(true);
    return filter;
  }

  @Bean
  GracefulShutdownFilter gracefulShutdown(@Value("${shutdown.delay}") Duration delay) {
    return new GracefulShutdownFilter(delay);
  }

  /** Runs before Spring Security's own, which adds the search when Spring MVC offers it. */
  private static final class NoSearchForHandlers
      implements BeanDefinitionRegistryPostProcessor, PriorityOrdered {

    private static final String INTROSPECTOR = "mvcHandlerMappingIntrospector";

    @Override
    public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
      if (registry.containsBeanDefinition(INTROSPECTOR)) {
        registry.removeBeanDefinition(INTROSPECTOR);
      }
    }

    @Override
    public int getOrder() {
      return LOWEST_PRECEDENCE;
    }
  }
}
