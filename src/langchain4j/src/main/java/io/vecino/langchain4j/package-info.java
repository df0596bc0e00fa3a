/** LangChain4j's embedding store on a Vecino collection. */
@NullMarked
package io.vecino.langchain4j;

import org.jspecify.annotations.NullMarked;
