package io.vecino.server;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.vecino.server.auth.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The API's description, and whether messages keep to it. Knows the part of JSON Schema that the description uses. */
final class OpenApi {
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch", "head", "options");
    private static final Set<String> KEYWORDS = Set.of(
            "$ref",
            "oneOf",
            "type",
            "enum",
            "required",
            "properties",
            "additionalProperties",
            "items",
            "minimum",
            "maximum",
            "minItems",
            "maxItems",
            "minLength",
            "pattern",
            "contentEncoding",
            "default",
            "description");

    private final JsonNode root;
    private final Router router;

    OpenApi() {
        try (InputStream in = OpenApi.class.getResourceAsStream("openapi.yaml")) {
            root = new YAMLMapper().readTree(in);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        List<Route> routes = new ArrayList<>();
        root.required("paths")
                .forEachEntry((path, item) -> item.propertyNames().stream()
                        .filter(METHODS::contains)
                        .forEach(method -> routes.add(
                                new Route(method.toUpperCase(Locale.ROOT), path, scope(item.get(method)), false, _ -> {
                                    throw new IllegalStateException("described only");
                                }))));
        router = new Router(routes);
    }

    /** Of {@code security: [{key: [read]}, …]}; null if it is empty. */
    private static @Nullable Scope scope(JsonNode operation) {
        Set<Scope> scopes = new HashSet<>();
        operation
                .required("security")
                .forEach(way -> way.forEach(names -> names.forEach(name -> scopes.add(Scope.of(name.asString())))));
        assertTrue(scopes.size() <= 1, operation::toString);
        return scopes.isEmpty() ? null : scopes.iterator().next();
    }

    /** Method, path and scope of every operation. */
    List<String> operations() {
        return router.routes().stream()
                .map(route -> route.operation() + " " + route.scope())
                .sorted()
                .toList();
    }

    JsonNode root() {
        return root;
    }

    /** Checks an answer, and the request too if it was accepted. */
    void check(String method, String target, JsonNode request, int status, JsonNode answer) {
        JsonNode operation;
        try {
            Route route = router.find(method, target).route();
            operation = root.at("/paths").required(route.template()).required(method.toLowerCase(Locale.ROOT));
        } catch (RuntimeException _) {
            validate(root.at("/components/schemas/Error"), answer, "answer");
            return;
        }
        JsonNode responses = operation.required("responses");
        JsonNode response = resolve(
                responses.has(String.valueOf(status))
                        ? responses.required(String.valueOf(status))
                        : responses.required("default"));
        assertTrue(status >= 400 || responses.has(String.valueOf(status)), method + " " + target + " gave " + status);
        if (response.has("content")) {
            validate(response.at("/content/application~1json/schema"), answer, "answer");
        } else {
            assertTrue(answer.isMissingNode(), "no content is described");
        }
        JsonNode body = operation.path("requestBody");
        boolean needed = body.path("required").asBoolean(false) || !request.isMissingNode();
        if (status < 300 && !body.isMissingNode() && needed) {
            validate(operation.at("/requestBody/content/application~1json/schema"), request, "request");
        }
    }

    private JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? root.at(node.required("$ref").asString().substring(1)) : node;
    }

    private void validate(JsonNode described, JsonNode value, String path) {
        JsonNode schema = resolve(described);
        schema.propertyNames().forEach(keyword -> assertTrue(KEYWORDS.contains(keyword), "cannot check " + keyword));
        if (schema.has("oneOf")) {
            assertTrue(schema.required("oneOf").valueStream().anyMatch(one -> ofType(resolve(one), value)), path);
        }
        assertTrue(ofType(schema, value), path + ": expected " + schema.path("type") + ", got " + value);
        if (schema.has("enum")) {
            assertTrue(schema.required("enum").valueStream().anyMatch(value::equals), path + ": got " + value);
        }
        bounds(schema, value, path);
        if (value.isArray() && schema.has("items")) {
            for (int i = 0; i < value.size(); i++) {
                validate(schema.required("items"), value.required(i), path + "[" + i + "]");
            }
        }
        if (value.isObject()) {
            object(schema, value, path);
        }
    }

    private static void bounds(JsonNode schema, JsonNode value, String path) {
        if (value.isIntegralNumber() && schema.has("minimum")) {
            BigInteger number = value.bigIntegerValue();
            assertTrue(number.compareTo(schema.required("minimum").bigIntegerValue()) >= 0, path);
            assertTrue(
                    !schema.has("maximum")
                            || number.compareTo(schema.required("maximum").bigIntegerValue()) <= 0,
                    path);
        }
        if (value.isArray()) {
            assertTrue(value.size() >= schema.path("minItems").asInt(0), path);
            assertTrue(value.size() <= schema.path("maxItems").asInt(Integer.MAX_VALUE), path);
        }
    }

    private void object(JsonNode schema, JsonNode value, String path) {
        schema.path("required")
                .forEach(name -> assertTrue(value.has(name.asString()), path + ": " + name + " is missing"));
        JsonNode properties = schema.path("properties");
        JsonNode others = schema.path("additionalProperties");
        value.forEachEntry((name, field) -> {
            String at = path + "." + name;
            if (properties.has(name)) {
                validate(properties.required(name), field, at);
            } else if (others.isObject()) {
                validate(others, field, at);
            } else if (!others.asBoolean(false)) {
                fail(at + " is not described");
            }
        });
    }

    private static boolean ofType(JsonNode schema, JsonNode value) {
        JsonNode type = schema.path("type");
        return type.isMissingNode()
                || (type.isArray()
                        ? type.valueStream().anyMatch(one -> is(one.asString(), value))
                        : is(type.asString(), value));
    }

    private static boolean is(String type, JsonNode value) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isString();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "null" -> value.isNull();
            default -> throw new IllegalArgumentException(type);
        };
    }
}
