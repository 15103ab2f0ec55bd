# One image with the programs of this workshop that serve somebody: the chats of steps 9, 11 and 12,
# and web and worker of step 6. Each is one JavaScript file without node_modules, so what is in the image is
# Node and what these programs use, and none of the tools that built or tested them.
#
#   docker build -t redis-instances-workshop .                        the solutions
#   docker build -t redis-instances-workshop --build-arg CODE=steps . what you have written

FROM node:24.19.0-alpine3.24 AS build
WORKDIR /build
# First what seldom changes: as long as these two files are the same, nothing is installed again.
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
ARG CODE=solutions
COPY workshop/deploy ./workshop/deploy
COPY ${CODE} ./${CODE}
RUN npm run build

FROM node:24.19.0-alpine3.24
ENV NODE_ENV=production PORT=3000
WORKDIR /app
COPY --from=build /build/.workshop/deploy ./
# Not root, and as a number: some platforms ask for that. It is the user `node` of the image.
USER 1000:1000
EXPOSE 3000
# A list and no sentence: a sentence would be run by a shell, and the shell would get the SIGTERM.
CMD ["node", "09-cluster-chat/index.mjs"]
